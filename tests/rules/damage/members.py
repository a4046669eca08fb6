"""Damages to the rows of the roster."""

from __future__ import annotations

from damage.home import Home, Said

HEAD, WIFE, CHILD = "1", "2", "3"
ONE_CODE = ("jenis_kelamin", "sts_kawin", "akta_lahir", "hubungan", "agama", "pekerjaan",
            "pendidikan", "jkn", "keberadaan", "mutasi")  # fmt: skip


def second_head(home: Home) -> Said | None:
    row = home.where(lambda row: home["hubungan", row] != HEAD)
    if row:
        home["hubungan", row] = HEAD
        return {"R01:anggota"}
    return None


def no_head(home: Home) -> Said | None:
    home["hubungan", home.of(HEAD)] = "4"
    return {"R01:anggota"}


def second_wife(home: Home) -> Said | None:
    row = home.of(CHILD, "4")
    if row and home.of(WIFE):
        home["hubungan", row] = WIFE
        return {"R02:anggota"}
    return None


def husband_as_wife(home: Home) -> Said | None:
    if row := home.of(WIFE):
        home["jenis_kelamin", row] = "1"
        return home.member("hubungan", row, "R03")
    return None


def wife_not_married(home: Home) -> Said | None:
    if row := home.of(WIFE):
        home["sts_kawin", row] = home.rng.choice("134")
        return home.member("hubungan", row, "R04")
    return None


def married_child(home: Home) -> Said | None:
    if row := home.of(CHILD, "4"):
        home["sts_kawin", row] = "2"
        return home.member("hubungan", row, "R05")
    return None


def married_female_head(home: Home) -> Said | None:
    row = home.of(HEAD)
    home["jenis_kelamin", row], home["sts_kawin", row] = "2", "2"
    return home.member("hubungan", row, "R06")


def married_toddler(home: Home) -> Said | None:
    if row := home.of(CHILD, "4"):
        home.born(row, home.rng.randint(1, 5))
        home["sts_kawin", row] = home.rng.choice("34")
        return home.member("sts_kawin", row, "R07")
    return None


def married_too_early(home: Home) -> Said | None:
    if row := home.where(lambda row: home["sts_kawin", row] in {"2", "3", "4"}):
        late = home.age(row) + home.rng.randint(1, 5)
        home["usia_kawin", row] = f"{home.rng.choice((home.rng.randint(0, 6), min(late, 99))):02d}"
        return home.member("usia_kawin", row, "R08")
    return None


def no_age_at_marriage(home: Home) -> Said | None:
    if row := home.where(lambda row: home["sts_kawin", row] in {"2", "3", "4"}):
        home["usia_kawin", row] = ""
        return home.member("usia_kawin", row, "required")
    return None


def age_at_marriage_of_a_single(home: Home) -> Said | None:
    if row := home.where(lambda row: home["sts_kawin", row] == "1"):
        home["usia_kawin", row] = "18"
        return home.member("usia_kawin", row, "not_relevant")
    return None


def child_as_head(home: Home) -> Said | None:
    row = home.of(HEAD)
    home.born(row, home.rng.randint(1, 5))
    return home.member("hubungan", row, "R09")


def working_toddler(home: Home) -> Said | None:
    if row := home.where(lambda row: home.age(row) < 6):
        home["pekerjaan", row] = home.rng.choice(("02", "05", "10"))
        return home.member("pekerjaan", row, "R10")
    return None


def learned_toddler(home: Home) -> Said | None:
    if row := home.where(lambda row: home.age(row) <= 7):
        home["pendidikan", row] = home.rng.choice(("04", "06", "09"))
        return home.member("pendidikan", row, "R11")
    return None


def no_mother(home: Home) -> Said | None:
    row = home.of(CHILD)
    if row and home.of(WIFE):
        home["kode_ibu", row] = ""
        return home.member("kode_ibu", row, "required")
    return None


def mother_who_is_not_there(home: Home) -> Said | None:
    if row := home.of(CHILD):
        home["kode_ibu", row] = home.rng.choice((f"{row:02d}", f"{len(home.rows) + 1:02d}"))
        return home.member("kode_ibu", row, "R12")
    return None


def man_as_mother(home: Home) -> Said | None:
    child = home.of(CHILD)
    man = home.where(lambda row: row != child and home["jenis_kelamin", row] == "1")
    if child and man:
        home["kode_ibu", child] = f"{man:02d}"
        return home.member("kode_ibu", child, "R13")
    return None


def mother_of_somebody_else(home: Home) -> Said | None:
    if row := home.where(lambda row: home["hubungan", row] != CHILD):
        home["kode_ibu", row] = "02"
        return home.member("kode_ibu", row, "not_relevant")
    return None


def short_nik(home: Home) -> Said | None:
    row = home.rng.choice(home.rows)
    home["nik", row] = home["nik", row][: home.rng.randint(1, 15)]
    return home.member("nik", row, "R14")


def one_digit_nik(home: Home) -> Said | None:
    row = home.rng.choice(home.rows)
    home["nik", row] = home.rng.choice("012345678") * 16
    return home.member("nik", row, "R14")


def impossible_nik(home: Home) -> Said | None:
    row = home.rng.choice(home.rows)
    day = home.rng.choice(("00", "32", "40", "72"))
    tail = home.rng.choice((f"{day}0180", "011380", "300280"))
    home["nik", row] = f"{home['nik', row][:6]}{tail}0001"
    if home["nik", row].startswith("9999"):
        home["nik", row] = f"640201{tail}0001"
    return home.member("nik", row, "nik")


def same_nik(home: Home) -> Said | None:
    one = home.where(lambda row: home["nik", row] != "9" * 16)
    other = home.where(lambda row: row != one)
    if one and other:
        home["nik", other] = home["nik", one]
        return home.member("nik", one, "R15")
    return None


def digit_in_name(home: Home) -> Said | None:
    row = home.rng.choice(home.rows)
    text = home["nama", row]
    at = home.rng.randrange(len(text))
    home["nama", row] = text[:at] + home.rng.choice("0123456789") + text[at + 1 :]
    return home.member("nama", row, "R16")


def nik_of_another_day(home: Home) -> Said | None:
    if row := home.where(lambda row: home["nik", row] != "9" * 16):
        nik = home["nik", row]
        year = (int(nik[10:12]) + home.rng.randint(1, 99)) % 100
        if nik[6:10] in {"2902", "6902"}:
            return None
        home["nik", row] = f"{nik[:10]}{year:02d}{nik[12:]}"
        return home.member("nik", row, "R17")
    return None


def unknown_region_in_nik(home: Home) -> Said | None:
    row = home.rng.choice(home.rows)
    home["nik", row] = f"{home.rng.choice(('990201', '000000', '640299'))}{home['nik', row][6:]}"
    return None if home["nik", row].endswith("9999999") else home.member("nik", row, "R18")


def unlisted_code(home: Home) -> Said | None:
    name, row = home.rng.choice(ONE_CODE), home.rng.choice(home.rows)
    home[name, row] = "99" if name in {"pekerjaan", "pendidikan"} else "9"
    return home.member(name, row, "choice")


def no_such_day(home: Home) -> Said | None:
    row = home.rng.choice(home.rows)
    wrong = home.rng.choice(("3102", "0013", "3104", "0000", "3111"))
    home["tgl_lahir", row] = wrong + home["tgl_lahir", row][4:]
    return home.member("tgl_lahir", row, "type")


def born_after_the_visit(home: Home) -> Said | None:
    row = home.rng.choice(home.rows)
    year = home.rng.choice((1902, 1890, int(home["tgl_pendataan"][4:]) + 1))
    home["tgl_lahir", row] = f"1503{year}"
    return home.member("tgl_lahir", row, "constraint")


def unanswered_on_a_member(home: Home) -> Said | None:
    name, row = home.rng.choice(("nama", "nik", "tgl_lahir", *ONE_CODE)), home.rng.choice(home.rows)
    home[name, row] = ""
    return home.member(name, row, "required")


def empty_row(home: Home) -> Said | None:
    if len(home.rows) > 2:
        row = home.rng.choice(home.rows[1:-1])
        for name, at in list(home.values):
            if at == row:
                home[name, row] = ""
        return home.member("nama", row, "row_gap")
    return None


DAMAGES = (
    second_head,
    no_head,
    second_wife,
    husband_as_wife,
    wife_not_married,
    married_child,
    married_female_head,
    married_toddler,
    married_too_early,
    no_age_at_marriage,
    age_at_marriage_of_a_single,
    child_as_head,
    working_toddler,
    learned_toddler,
    no_mother,
    mother_who_is_not_there,
    man_as_mother,
    mother_of_somebody_else,
    short_nik,
    one_digit_nik,
    impossible_nik,
    same_nik,
    digit_in_name,
    nik_of_another_day,
    unknown_region_in_nik,
    unlisted_code,
    no_such_day,
    born_after_the_visit,
    unanswered_on_a_member,
    empty_row,
)
