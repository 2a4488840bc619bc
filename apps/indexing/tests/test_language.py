"""Languages: by script where it settles them, among the ones at hand where it does not."""

from __future__ import annotations

import pytest

from apps.indexing.language import detect, of_passages


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("會議記錄在哪裡？", "zh"),
        ("会议记录在哪里？", "zh"),
        ("pgvector 的 halfvec 精度如何", "zh"),
        ("The minutes of the meeting are kept in the archive.", "en"),
        ("The word 會議 means a meeting of people.", "en"),
        ("Das Protokoll der Sitzung liegt im Archiv und ist für alle da.", "de"),
        ("¿Dónde se guardan las actas de la reunión?", "es"),
        ("会議の議事録はどこにありますか", "ja"),
        ("회의록은 어디에 있습니까", "ko"),
        ("Где хранится протокол собрания?", "ru"),
        ("", ""),
        ("2024-05-01 3.14 — 42%", ""),
    ],
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert detect(text) == language


def test_only_the_languages_at_hand_are_considered() -> None:
    assert detect("Wi-Fi", among={"en", "zh"}) == "en"
    assert detect("Wo liegt das Protokoll der Sitzung?", among={"en", "zh"}) == "en"
    assert detect("會議", among={"ja", "en"}) == "ja"


def test_no_language_where_none_at_hand_fits() -> None:
    assert detect("會議記錄", among={"en", "de"}) == ""
    assert detect("meeting", among={"zh"}) == ""
    assert detect("meeting", among=()) == ""


def test_a_short_passage_is_in_its_documents_language() -> None:
    english = "The minutes of every meeting are kept in the archive, where members may read them at any time. " * 5
    assert detect("Wi-Fi") != "en"
    assert of_passages([english, "Wi-Fi", english, "42"]) == ["en", "en", "en", ""]


def test_a_document_in_two_languages_keeps_both() -> None:
    english = "The minutes of every meeting are kept in the archive."
    chinese = "每一次會議的記錄都保存在檔案室裡，成員隨時可以閱讀。"
    assert of_passages([english, chinese, english]) == ["en", "zh", "en"]
    assert of_passages([chinese * 10, "Wi-Fi"]) == ["zh", ""]
    assert of_passages([]) == []


def test_commands_with_a_sentence_about_them_are_in_the_sentences_language() -> None:
    chinese = "套件建立之後，請先在乾淨的環境裡安裝它，確認設定檔與服務都照預期運作，再上傳到伺服器。"
    commands = "$ tar xvf hello-0.0.tar.gz; cd hello-0.0; debmake; debuild -us -uc; ls -la " * 3
    assert detect(commands + "最後檢查產生的套件內容是否完整。") == "en"
    assert of_passages([chinese * 5, commands + "最後檢查產生的套件內容是否完整。", commands]) == ["zh", "zh", "en"]
