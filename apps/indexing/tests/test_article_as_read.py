"""The source view of an article: as it is read, the sentence marked in it."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

from apps.accounts.models import User
from apps.indexing import places
from apps.indexing.models import Passage
from apps.indexing.tests.making import article
from apps.indexing.tests.test_passage import around, show

MARKED_UP = """# Fog

The fog **bell** is rung [twice](https://a.example) a minute. Nobody sleeps then.

1. Light the `lamp`. Wait.
2. Note the *wind*.
   - North, or
   - south. It matters.

> A buoy\\* that cannot be seen
> may be heard. 霧**號**響起時，所有的
> 船都要減速。等到看得見燈塔為止。

| bell | hours |
| --- | --- |
| fog | all of **them** |

## 1. Done & dusted

```
ring --twice
```
"""


def test_an_article_is_shown_as_it_is_read(owner_client: Client, owner: User) -> None:
    document = article(owner, "Fog", MARKED_UP)
    passage = Passage.objects.get(document=document, text__contains="Nobody sleeps")
    page = show(owner_client, passage, **around(passage, "The fog bell is rung twice a minute."))
    assert '<p><mark id="mark">The fog </mark><strong><mark>bell</mark></strong><mark> is rung </mark><a ' in page
    assert "<blockquote>" in page
    assert "Passage after" not in page


def test_every_sentence_of_an_article_is_found_as_it_was_cut(owner: User) -> None:
    document = article(owner, "Fog", MARKED_UP)
    for passage in Passage.objects.filter(document=document):
        for start, end in passage.sentences:
            shown = places.of(passage, (start, end)).article or ""
            marked = unescape(re.sub("<[^>]*>", "", "".join(re.findall(r"<mark[^>]*>(.*?)</mark>", shown, re.DOTALL))))
            words = re.sub(r"[\W_]", "", passage.text[start:end])
            # The title stands above the article, numbers of a list before its items.
            if words != "Fog":
                assert re.sub(r"[\W_]", "", marked) in (words, words.lstrip("12")), words


def test_a_sentence_that_is_not_in_the_article_as_it_is_read_is_shown_in_its_passage(
    owner_client: Client, owner: User
) -> None:
    document = article(owner, "Fog", "# Fog\n\nThe fog <b>bell</b> is rung.")
    passage = Passage.objects.get(document=document)
    page = show(owner_client, passage, **around(passage, "The fog bell is rung."))
    assert '<mark id="mark">The fog bell is rung.</mark>' in page
    assert 'class="leaf words"' in page
