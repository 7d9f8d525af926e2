"""Charts as a digest would have them, in the three languages."""

from bot.charts import Asked, Chart, Counted, Disputes, Flow, Group, OnTime, Pareto, Satisfaction, Stage, Trend

LANGUAGES = ("fa", "ar", "en")

_WORDS = {
    "fa": {
        "trend": ("روند شکایت‌ها", "۱۳ هفته تا ۳۰ آبان ۱۴۰۵ · ۴۵۱ شکایت"),
        "pareto": ("علت شکایت‌ها", "آبان ۱۴۰۵ · ۱۹۷ شکایت"),
        "on_time": ("رعایت مهلت‌ها", "آبان ۱۴۰۵ · ۱۹۷ شکایت"),
        "satisfaction": ("رضایت شاکیان", "آبان ۱۴۰۵ · ۱۱۳ پاسخ"),
        "disputes": ("بازبینی و حل اختلاف", "آبان ۱۴۰۵ · ۳۱ پرونده"),
        "empty": ("در این دوره شکایتی ثبت نشده است.",),
        "series": ("ثبت‌شده", "بسته‌شده", "باز در پایان هفته"),
        "note": ("هفتهٔ ۴۶ به‌علت تعطیلی شنبه پنج روز کاری داشت.",),
        "causes": ("علت‌های اصلی (۸۰٪ شکایت‌ها)", "سهم تجمعی", "سایر علت‌ها"),
        "parts": ("به‌موقع", "با تأخیر", "معوق و بی‌پاسخ", "تعداد", "هدف"),
        "stages": ("اعلام وصول", "ارزیابی اولیه", "نخستین پاسخ", "پاسخ نهایی", "بازبینی", "میانجیگری", "اجرای تعهد"),
        "few": ("«–»: کمتر از ۵ مورد",),
        "asked": ("شیوهٔ رسیدگی", "نتیجهٔ رسیدگی", "نمرهٔ ۴ یا ۵", "تعداد پاسخ", "نرخ پاسخ‌دهی", "دورهٔ قبل"),
        "groups": ("بازبینی", "حل اختلاف بیرونی"),
        "steps": (
            "درخواست بازبینی", "تغییر در تصمیم", "بدون تغییر", "پیشنهاد حل اختلاف بیرونی", "موافقت هر دو طرف",
            "ارجاع به میانجیگر", "توافق", "بی‌نتیجه",
        ),
    },
    "ar": {
        "trend": ("اتجاه الشكاوى", "١٣ أسبوعًا حتى ٢١ نوفمبر ٢٠٢٦ · ٤٥١ شكوى"),
        "pareto": ("أسباب الشكاوى", "نوفمبر ٢٠٢٦ · ١٩٧ شكوى"),
        "on_time": ("الالتزام بالمواعيد", "نوفمبر ٢٠٢٦ · ١٩٧ شكوى"),
        "satisfaction": ("رضا مقدمي الشكاوى", "نوفمبر ٢٠٢٦ · ١١٣ ردًا"),
        "disputes": ("المراجعة وتسوية النزاعات", "نوفمبر ٢٠٢٦ · ٣١ ملفًا"),
        "empty": ("لم تُسجل أي شكوى في هذه الفترة.",),
        "series": ("واردة", "مغلقة", "مفتوحة في نهاية الأسبوع"),
        "note": ("اقتصر الأسبوع ٤٦ على خمسة أيام عمل بسبب عطلة السبت.",),
        "causes": ("الأسباب الرئيسية (٨٠٪ من الشكاوى)", "النسبة التراكمية", "أسباب أخرى"),
        "parts": ("في الموعد", "متأخرة", "متجاوزة بلا رد", "العدد", "المستهدف"),
        "stages": ("إشعار الاستلام", "التقييم الأولي", "الرد الأول", "الرد النهائي", "المراجعة", "الوساطة", "التنفيذ"),
        "few": ("«–»: أقل من ٥ حالات",),
        "asked": ("أسلوب المعالجة", "نتيجة المعالجة", "التقييم ٤ أو ٥", "الردود", "معدل الاستجابة", "الفترة السابقة"),
        "groups": ("المراجعة", "التسوية الخارجية"),
        "steps": (
            "طلبات المراجعة", "تغيّر القرار", "بقي القرار", "عُرضت تسوية خارجية", "وافق الطرفان", "أُحيلت إلى وسيط",
            "انتهت بتسوية", "بلا نتيجة",
        ),
    },
    "en": {
        "trend": ("Complaints over time", "13 weeks to 21 November 2026 · 451 complaints"),
        "pareto": ("Why people complained", "November 2026 · 197 complaints"),
        "on_time": ("What was done in time", "November 2026 · 197 complaints"),
        "satisfaction": ("How content people are", "November 2026 · 113 answers"),
        "disputes": ("Reviews and disputes", "November 2026 · 31 cases"),
        "empty": ("No complaint was received in this period.",),
        "series": ("Received", "Closed", "Open at the end of the week"),
        "note": ("Week 46 had five working days: Saturday was a holiday.",),
        "causes": ("The vital few (80 % of complaints)", "Cumulative share", "Other causes"),
        "parts": ("In time", "Late", "Overdue, no answer", "Cases", "Target"),
        "stages": (
            "Acknowledgement", "Assessment", "First response", "Final response", "Review", "Mediation", "Carrying out",
        ),
        "few": ("“–”: fewer than 5 cases",),
        "asked": ("How it was handled", "What came of it", "Gave 4 or 5", "Answers", "Response rate", "Period before"),
        "groups": ("Reviews", "Outside"),
        "steps": (
            "Reviews asked for", "Decision changed", "Decision stands", "Outside route offered", "Both sides agreed",
            "Sent to a mediator", "Settled", "Without result",
        ),
    },
}  # fmt: skip

_CAUSES = {
    "fa": (
        "تأمین‌کننده – حمل‌ونقل و لجستیک", "فرایند – تحویل کار میان واحدها", "اطلاعات – ارائهٔ نادرست یا ناقص به مشتری",
        "نیروی انسانی – کمبود نفرات یا حجم زیاد کار", "فناوری – اتصال به سامانهٔ بانک یا شریک تجاری",
        "خط‌مشی – مقررات نامناسب یا ناعادلانه", "محصول – تولید و کنترل کیفیت", "فرایند – نبود یا ابهام دستورالعمل",
        "عوامل بیرونی – قوهٔ قاهره یا تصمیم مرجع دولتی", "محصول – بسته‌بندی", "مشتری – نحوهٔ استفاده یا برداشت نادرست",
        "نامشخص",
    ),
    "ar": (
        "المورد – النقل والخدمات اللوجستية", "العمليات – تسليم العمل بين الوحدات", "المعلومات – خاطئة أو ناقصة للعميل",
        "الموظفون – نقص العدد أو ضغط العمل", "التقنية – الربط مع البنك أو الشريك",
        "السياسات – قاعدة غير عادلة أو غير ملائمة",
        "المنتج – الإنتاج وضبط الجودة", "العمليات – غياب الإجراء أو غموضه",
        "عوامل خارجية – قوة قاهرة أو قرار جهة حكومية",
        "المنتج – التغليف", "العميل – الاستخدام أو سوء الفهم", "غير معروف",
    ),
    "en": (
        "Supplier – carrier / logistics", "Process – hand-over between units",
        "Information – wrong / incomplete to customer",
        "People – shortage / workload", "Technology – bank / partner integration", "Policy – rule unfair or unsuitable",
        "Product – production / quality control", "Process – no or unclear procedure",
        "External – force majeure / authority", "Product – packaging",
        "Customer – use or misunderstanding", "Not found",
    ),
}  # fmt: skip
_COUNTS = (61, 38, 27, 19, 14, 9, 8, 6, 5, 4, 3, 3)

_WEEKS = {
    "fa": "۵ شهریور,۱۲ شهریور,۱۹ شهریور,۲۶ شهریور,۲ مهر,۹ مهر,۱۶ مهر,۲۳ مهر,۳۰ مهر,۷ آبان,۱۴ آبان,۲۱ آبان,۲۸ آبان",
    "ar": "٢٩ أغسطس,٥ سبتمبر,١٢ سبتمبر,١٩ سبتمبر,٢٦ سبتمبر,٣ أكتوبر,١٠ أكتوبر,"
    "١٧ أكتوبر,٢٤ أكتوبر,٣١ أكتوبر,٧ نوفمبر,١٤ نوفمبر,٢١ نوفمبر",
    "en": "29 Aug,5 Sep,12 Sep,19 Sep,26 Sep,3 Oct,10 Oct,17 Oct,24 Oct,31 Oct,7 Nov,14 Nov,21 Nov",
}  # fmt: skip
_RECEIVED = (31, 28, 35, 33, 40, 29, 26, 37, 41, 36, 39, 34, 42)
_CLOSED = (29, 30, 31, 36, 33, 35, 30, 31, 36, 40, 35, 38, 38)


def trend(language: str) -> Trend:
    """Thirteen weeks."""
    words, waiting, flows = _WORDS[language], 18, []
    for name, received, closed in zip(_WEEKS[language].split(","), _RECEIVED, _CLOSED, strict=True):
        waiting += received - closed
        flows.append(Flow(name, received, closed, waiting))
    title, subtitle = words["trend"]
    received, closed, still = words["series"]
    return Trend(
        language=language, title=title, subtitle=subtitle, empty=words["empty"][0], note=words["note"][0],
        received=received, closed=closed, open=still, periods=tuple(flows),
    )  # fmt: skip


def pareto(language: str) -> Pareto:
    """Twelve causes."""
    words = _WORDS[language]
    (title, subtitle), (vital, cumulative, rest) = words["pareto"], words["causes"]
    return Pareto(
        language=language, title=title, subtitle=subtitle, empty=words["empty"][0], vital=vital,
        cumulative=cumulative, rest=rest,
        causes=tuple(Counted(*each) for each in zip(_CAUSES[language], _COUNTS, strict=True)),
    )  # fmt: skip


def on_time(language: str) -> OnTime:
    """Seven stages, one of them with too few cases."""
    words = _WORDS[language]
    title, subtitle = words["on_time"]
    in_time, late, silent, cases, aim = words["parts"]
    numbers = ((195, 2, 0), (180, 12, 3), (171, 15, 6), (142, 21, 11), (9, 2, 1), (2, 1, 0), (14, 3, 2))
    return OnTime(
        language=language, title=title, subtitle=subtitle, empty=words["empty"][0], note=words["few"][0],
        in_time=in_time, late=late, silent=silent, cases=cases, aim=aim, target=0.95,
        stages=tuple(Stage(name, *each) for name, each in zip(words["stages"], numbers, strict=True)),
    )  # fmt: skip


def satisfaction(language: str) -> Satisfaction:
    """Content with the way, less so with what came of it."""
    words = _WORDS[language]
    title, subtitle = words["satisfaction"]
    process, outcome, content, answers, rate, previous = words["asked"]
    return Satisfaction(
        language=language, title=title, subtitle=subtitle, empty=words["empty"][0], content=content, answers=answers,
        rate=rate, previous=previous, process=Asked(process, (3, 4, 9, 21, 27), 178, 0.71),
        outcome=Asked(outcome, (9, 7, 8, 14, 11), 178, 0.55),
    )  # fmt: skip


def disputes(language: str) -> Disputes:
    """From a request for a review to a settlement."""
    words = _WORDS[language]
    title, subtitle = words["disputes"]
    steps = [Counted(*each) for each in zip(words["steps"], (19, 7, 12, 12, 8, 8, 5, 3), strict=True)]
    first, second = words["groups"]
    return Disputes(
        language=language, title=title, subtitle=subtitle, empty=words["empty"][0],
        groups=(Group(first, tuple(steps[:3])), Group(second, tuple(steps[3:]))),
    )  # fmt: skip


def album(language: str) -> list[Chart]:
    """All that a digest shows."""
    return [trend(language), pareto(language), on_time(language), satisfaction(language), disputes(language)]
