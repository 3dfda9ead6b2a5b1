"""Names that people have, and names that are something else; for whoever reads, mails or shows names."""

HONEST = (
    *("Ana", "Ana Lucía", "J. R. Ruiz", "Dr. O'Connor", "Jr.", "St. John-Smith", "Ma. Teresa", "J.R.R. Tolkien"),
    *("Md.Rahim", "S.M.Islam", "Ma.Elena", "J.P.Morgan", "Dr.King", "St.Clair", "Ma.De Guzman", "A.K.M.Fazlul", "Dr.Kim"),
    *("Mrs.Ng", "Prof.My", "Abu.Is", "Miss.Ba Thi"),
    *("Ravi S/O Kumar", "Louis 14", "Sun 1990-12", "Worker 2023", "John Smith 3rd", "Gal·la", "Zoë Ñandú", "Nguyễn Thị Ánh"),
    *("Nguye\u0302\u0303n", "Adé\u0323bọ\u0300", "प्रज्ज्वल", "हृदयांश", "ड\u093c\u093e\u0902", "محمد\u200cرضا", "ক্\u200dষ", "สมชาย ณ อยุธยา", "น้ำผึ้ง"),
    *("မြှုံ့", "ဒေါ်ချို့", "שָׁלוֹם", "山田\u3000太郎", "葛\U000e0100西", "渡邉", "김철수", "И.Иванов", "Анна-Мария", "ខ្មែរ", "☀", "Ana 🌹", "❤\ufe0f"),
    *("350", "Ana & Luis", "Los de abajo", "O’Neil", "D’Angelo", "'Abd al-Qadir", "ʻOkina", "Nǃxau", "X Æ A-12"),
)  # fmt: skip
HOSTILE = {
    "link": (
        *("example.com", "see www.x", "http://a", "a.co/x", "buy.now", "x.y.org", "evil\u2024com", "evil\uff0ecom"),
        *("evil\u3002com", "evil\uff61com", "пример.рф", "93.184.216.34/win", "93.184.216.34", "go to evil.xyz now"),
        *("bit.ly/abc", "evil.md/x", "EVIL.COM", "ｅｖｉｌ.ｃｏｍ", "xn--e1afmkfd", "me@evil.org", "例子.中国", "مثال.ایران"),
        *("evil.com.", "(evil.com)", "evil.com1/x", "mailto:a", "evil.ru", "t.me/x", "evil\ufe52net", "évil.com"),
        *("mrs.ng/x", "mrs.com", "x-mrs.ng", "amiss.ng"),
    ),
    "number": (
        *("+1 202 555 0143", "call 2025550143", "202.555.0143", "1-8-0-0-5-5-5-1", "٠١٢٣٤٥٦٧٨", "２０２５５５０", "555 01 43"),
    ),
    "unseen": (
        *("A\u200bna", "A\u00adna", "\u3164", "A\u2800na", "\u115f\u1160", "Ana\U000e0041\U000e0042", "Ana\ufe0f"),
        *("An\u200da", "A\u2060na", "\ufeffAna", "A\u202ena", "Ana\u034f", "\uffa0", "A\u180ena", "A\u2003na", "\ue000"),
        *("Ana\U000e0100", "❤\ufe0f\ufe0f", "A\x07na", "A\u2066na"),
    ),
    "marks": ("Z\u0300\u0301\u0302\u0303a", "a\u0335\u0336\u0337", "ก็็็", "\u0e01" + "\u0e34\u0e49" * 5, "x\u20dd\u20de\u20df"),
}  # fmt: skip
