"""An organisation that tells complaints apart by product and branch: the file that ships, and some of each."""

from pathlib import Path

from backoffice import organisation
from backoffice.organisation import Organisation

PRODUCTS = ("fridge", "washer", "kettle")
BRANCHES = tuple(f"branch_{number}" for number in range(10))  # more than stand on one page
FA, AR, EN = ("یخچال", "لباسشویی", "کتری"), ("ثلاجة", "غسالة", "غلاية"), ("Fridge", "Washing machine", "Kettle")
OF = {"fa": "شعبهٔ {}", "ar": "فرع {}", "en": "Branch {}"}
PLACES = {
    "fa": ("آمل", "بابل", "تهران", "رشت", "ساری", "شیراز", "قم", "یزد", "اراک", "کرج"),
    "ar": ("آمل", "بابل", "طهران", "رشت", "ساري", "شيراز", "قم", "يزد", "أراك", "كرج"),
    "en": ("Amol", "Babol", "Tehran", "Rasht", "Sari", "Shiraz", "Qom", "Yazd", "Arak", "Karaj"),
}


def file_with(folder: Path, *, products: bool = True, branches: bool = True) -> Path:
    words = [entry(*each) for each in zip(PRODUCTS, FA, AR, EN, strict=True)]
    named = zip(*([OF[language].format(each) for each in PLACES[language]] for language in OF), strict=True)
    where = [entry(code, *each, "customer_care") for code, each in zip(BRANCHES, named, strict=True)]
    more = f"products = [{', '.join(words)}]\n" if products else ""
    more += f"branches = [{', '.join(where)}]\n" if branches else ""
    file = folder / "with_items.toml"
    file.write_text(more + organisation.DEFAULT.read_text("utf-8"), "utf-8")
    return file


def entry(code: str, fa: str, ar: str, en: str, department: str = "product") -> str:
    return f'{{ code = "{code}", department = "{department}", words = {{ fa = "{fa}", ar = "{ar}", en = "{en}" }} }}'


def rules_with(folder: Path) -> Organisation:
    return organisation.load(file_with(folder))
