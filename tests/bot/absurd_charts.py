"""Charts that nobody would draw: any words, any numbers that there are, any many of each."""

from hypothesis import strategies as st

from bot.charts import Asked, Counted, Disputes, Flow, Group, OnTime, Pareto, Satisfaction, Stage, Trend

NASTY = (
    "", " ", "\u200c", "\u064b\u0651", "$x^2$ \\frac{1}{2} {_", "🙏🏽👩‍👩‍👧", "漢字 שלום",
    "\u202eevil\u202c \u2066iso\u2069",
    "سفارش iPhone 15 Pro (order #12) را نگرفتم", "شکایت‌از‌تأخیر‌طولانی‌در‌تحویل‌مرسوله‌های‌سفارشی‌با‌پست‌پیشتاز",
    "W" * 60, "م" * 60, "ﷲ" * 60, "a\u0301\u0303\u0309\u030f" * 40, "one\ntwo\u2028three\tfour",
    "\ud800", "\x00\ufeff", "–", "… … …",
)  # fmt: skip
words = st.one_of(st.sampled_from(NASTY), st.text(max_size=80), st.text("ابپتثجچ ‌ًّ123۱۲۳", max_size=80))
counts = st.one_of(st.just(0), st.integers(0, 9), st.integers(0, 10**9), st.just(10**9))
shares = st.one_of(st.none(), st.floats(0, 1))
languages = st.sampled_from(("fa", "ar", "en"))


def _chart(kind, **more):  # type: ignore[no-untyped-def]
    return st.builds(
        kind, language=languages, title=words, subtitle=words, empty=words, note=words, native=st.booleans(), **more
    )


def _many(each, most, least=0):  # type: ignore[no-untyped-def]
    return st.lists(each, min_size=least, max_size=most).map(tuple)


_some = st.one_of(st.none(), counts)
_counted = st.builds(Counted, words, counts)
_asked = st.builds(Asked, words, st.tuples(*[counts] * 5), counts, shares)
_group = st.builds(Group, words, _many(_counted, 4))

charts = st.one_of(
    _chart(
        Trend, received=words, closed=words, open=words, periods=_many(st.builds(Flow, words, _some, _some, _some), 53)
    ),
    _chart(Pareto, vital=words, cumulative=words, rest=words, causes=_many(_counted, 15)),
    _chart(
        OnTime, in_time=words, late=words, silent=words, cases=words, aim=words, target=shares,
        stages=_many(st.builds(Stage, words, counts, counts, counts), 8), fewest=st.integers(0, 9),
    ),
    _chart(
        Satisfaction, content=words, answers=words, rate=words, previous=words, process=_asked, outcome=_asked,
        fewest=st.integers(0, 9),
    ),
    _chart(Disputes, groups=_many(_group, 3)),
)  # fmt: skip
