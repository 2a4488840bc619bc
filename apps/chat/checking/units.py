"""What a number counts: where another unit makes it another number."""

from __future__ import annotations

import re
from decimal import Decimal

_UNITS = {
    "century": "世纪 centuries century",
    "decade": "decades decade",
    "year": "年 years year",
    "month": "个月 months month",
    "month of the year": "月份 月",
    "week": "周 星期 礼拜 weeks week",
    "day": "日 号 天 days day",
    "hour": "小时 钟头 hours hour hrs",
    "minute": "分钟 minutes minute mins min",
    "clock": "点 时 分 o'clock am pm a.m p.m",
    "second": "秒 seconds second secs",
    "percent": "% percent 个百分点 百分点",
    "money": "元 圆 块 英镑 美元 美金 欧元 日圆 日元 港币 euros euro dollars dollar pounds usd eur ntd",
    "metre": "公尺 米 metres metre meters meter m",
    "centimetre": "公分 厘米 cm centimetres centimetre centimeters",
    "cent": "cents cent",
    "kilometre": "公里 km kilometres kilometre kilometers kilometer",
    "gram": "公克 克 g grams gram",
    "kilogram": "公斤 kg kilograms kilogram",
    "litre": "公升 litres litre liters liter",
    "millilitre": "毫升 ml cc",
    "milligram": "毫克 mg",
    "degree": "度 °c",
    "person": "人 位 名 people persons person",
    "volume": "册 本 books volumes",
    "household": "户 households",
    "kilobit": "kbps kbit/s",
    "megabit": "mbps mbit/s",
    "gigabit": "gbps gbit/s",
    "megabyte": "mb megabytes",
    "gigabyte": "gb gigabytes",
    "kilowatt": "千瓦 kw kilowatts",
    "watt": "瓦 watts watt w",
    "volt": "伏特 伏 volts volt v",
}
# What is counted one by one: by which word, is a matter of taste.
_ONE_BY_ONE = ("person", "volume", "household")
_UNIT_OF = {word: name for name, words in _UNITS.items() for word in words.split()}
# How many of the next smaller unit a unit has.
SMALLER = {
    "gigabit": (Decimal(1000), "megabit"),
    "megabit": (Decimal(1000), "kilobit"),
    "gigabyte": (Decimal(1000), "megabyte"),
    "kilowatt": (Decimal(1000), "watt"),
    "century": (Decimal(100), "year"),
    "decade": (Decimal(10), "year"),
    "kilogram": (Decimal(1000), "gram"),
    "gram": (Decimal(1000), "milligram"),
    "kilometre": (Decimal(1000), "metre"),
    "metre": (Decimal(100), "centimetre"),
    "litre": (Decimal(1000), "millilitre"),
    "money": (Decimal(100), "cent"),
    "hour": (Decimal(60), "minute"),
    "minute": (Decimal(60), "second"),
    "week": (Decimal(7), "day"),
    "year": (Decimal(12), "month"),
}
_UNIT = re.compile(r"[\s-]*(" + "|".join(sorted(map(re.escape, _UNIT_OF), key=len, reverse=True)) + r")(?![a-z])")
# What is counted with a single Han numeral: without one of these behind it, 一起 and 三明治 would be numbers.
COUNTED = (
    "年月日天时点分秒次个个冊册元块圆本名位人户条栋楼层岁倍成周週小公厘毫升度段期张页章项坪瓦票篇台辆棵只头间家届代克吨里英磅"
    "角双对组批种类件份支枚盒瓶杯包袋箱套场局号级等世平立加"
)


def unit(text: str, at: int) -> str:
    """The unit that stands at this place of a folded text, behind a number: a name for all its spellings, or the Han
    measure word itself; "" when there is none."""
    if named := _UNIT.match(text, at):
        return _UNIT_OF[named[1]]
    after = text[at:].lstrip()[:1]
    return after if after and after in COUNTED and after != "个" else ""


def end(text: str, at: int) -> int:
    """Where the unit ends that stands at this place; `at` where there is none."""
    if named := _UNIT.match(text, at):
        return named.end()
    behind = len(text) - len(text[at:].lstrip())
    return behind + 1 if text[behind : behind + 1] in set(COUNTED) else at


def is_measure(unit: str) -> bool:
    """Whether it is a unit of time, money, length and so on, rather than a word for things counted one by one."""
    return unit in _UNITS and unit not in _ONE_BY_ONE
