"""Telegram's HTML: what it becomes, and what is said of broken markup."""

import pytest

from bot.sandbox.markup import clean, from_html, units, with_found
from bot.sandbox.refusals import ApiError


class TestFromHtml:
    @pytest.mark.parametrize(
        ("tags", "kind"),
        [
            *[((t, t), "bold") for t in ("b", "strong")],
            *[((t, t), "italic") for t in ("i", "em")],
            *[((t, t), "underline") for t in ("u", "ins")],
            *[((t, t), "strikethrough") for t in ("s", "strike", "del")],
            (("code", "code"), "code"),
            (("pre", "pre"), "pre"),
            (("blockquote", "blockquote"), "blockquote"),
            (("blockquote expandable", "blockquote"), "expandable_blockquote"),
            (("tg-spoiler", "tg-spoiler"), "spoiler"),
            (('span class="tg-spoiler"', "span"), "spoiler"),
        ],
    )
    def test_each_tag_becomes_its_entity(self, tags, kind):
        assert from_html(f"a <{tags[0]}>bc</{tags[1]}>") == (
            "a bc",
            [{"type": kind, "offset": 2, "length": 2}],
        )

    def test_offsets_are_utf16_units(self):
        text, [bold] = from_html("😀 سلام <b>😀</b>")
        assert (text, bold["offset"], bold["length"]) == ("😀 سلام 😀", 8, 2)

    def test_a_link_keeps_its_address(self):
        _, [link] = from_html('<a href="https://a.b/?x=1&amp;y=2">here</a>')
        assert link["url"] == "https://a.b/?x=1&y=2"

    def test_a_link_that_leads_nowhere_is_dropped_and_its_words_stay(self):
        assert from_html('<a href="nowhere">here</a>') == ("here", [])

    def test_code_in_pre_names_the_language(self):
        text, [pre] = from_html('<pre><code class="language-python">x</code></pre>')
        assert (text, pre["type"], pre["language"]) == ("x", "pre", "python")

    def test_entities_nest(self):
        _, [outer, inner] = from_html("<b>a<i>b</i></b>")
        assert (outer["type"], outer["length"], inner["type"], inner["offset"]) == ("bold", 2, "italic", 1)

    def test_named_and_numeric_characters_are_read_and_others_left_alone(self):
        assert from_html("&lt;&gt;&amp;&quot;&#1587;&#x633;&nbsp;&copy;")[0] == '<>&"سس&nbsp;&copy;'

    def test_blanks_around_are_cut_and_entities_with_them(self):
        assert from_html("\n <b>a </b> \n") == ("a", [{"type": "bold", "offset": 0, "length": 1}])

    def test_nothing_but_blanks_is_empty(self):
        assert from_html("<b> \n</b>") == ("", [])

    @pytest.mark.parametrize(
        ("source", "complaint"),
        [
            ("سلام <b>a", 'Can\'t find end tag corresponding to start tag "b"'),
            ("سلام </b>", "Unexpected end tag at byte offset 9"),
            ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
            ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
            ("a < b", 'Unsupported start tag "" at byte offset 2'),
            ("a <b", "Unclosed start tag at byte offset 2"),
            ("<b>a</b", "Unclosed end tag at byte offset 4"),
            ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
            ("<b x", 'Unclosed start tag "b" at byte offset 0'),
        ],
    )
    def test_broken_markup_is_refused_in_telegrams_words(self, source, complaint):
        with pytest.raises(ApiError) as refusal:
            from_html(source)
        assert refusal.value.description == f"Bad Request: can't parse entities: {complaint}"


class TestFound:
    def test_commands_links_mentions_and_tags_are_recognised(self):
        found = with_found("/start https://a.b/c. @sara_b #شکایت a@b.co", [])
        assert [e["type"] for e in found] == ["bot_command", "url", "mention", "hashtag", "email"]
        assert (found[1]["offset"], found[1]["length"]) == (7, 13)

    def test_nothing_is_recognised_inside_code(self):
        code = {"type": "code", "offset": 0, "length": 6}
        assert with_found("/start", [code]) == [code]

    def test_a_date_is_not_a_command(self):
        assert with_found("1/2/3 and/or", []) == []


def test_overriding_and_control_characters_are_dropped_but_isolates_stay():
    assert clean("a\r\n\u202eb\u2068c\u2069\x01") == "a\nb\u2068c\u2069 "


def test_length_is_counted_in_utf16_units():
    assert (units("ab"), units("سل"), units("😀")) == (2, 2, 2)
