"""What nobody was told of is found by the periodic task alone."""

from __future__ import annotations

from apps.e2e.conftest import EMAIL, Site
from config.tests.conftest import until


def test_a_row_put_in_behind_the_applications_back_is_indexed(site_with_model: Site) -> None:
    site = site_with_model
    query = "select state, passage_count from library_document where title = 'Behind the back'"
    until(lambda: site.rows(query)[0] == ("ready", 1), lambda: str(site.rows(query)), 90)
    assert "heron" in site.manage("search", "heron in the reeds", "--user", EMAIL, "--json").stdout
