"""Damages to what stands outside the roster."""

from __future__ import annotations

from datetime import date

from damage.home import Home, Said

ALWAYS = ("kode_provinsi", "kode_kabkota", "kode_kecamatan", "kode_desa", "rw", "rt", "no_kk",
          "no_urut_keluarga", "jumlah_anggota", "lembar_ke", "lembar_dari", "status_keluarga",
          "kode_kader", "tgl_pendataan", "sumber_penghasilan", "makan_beragam", "tabungan",
          "punya_akta_nikah", "anak_7_15_tidak_sekolah", "komunikasi", "kegiatan_sosial",
          "akses_informasi", "posyandu", "bkb", "bkr", "pik_r", "bkl", "uppka", "jenis_atap",
          "jenis_dinding", "jenis_lantai", "sumber_penerangan", "sumber_air_minum",
          "fasilitas_bab", "luas_rumah", "jml_penghuni", "bahan_bakar", "kepemilikan_rumah",
          "nama_kader")  # fmt: skip
GROUPS = ("punya_akta_nikah", "anak_7_15_tidak_sekolah", "komunikasi", "posyandu", "bkb", "bkr",
          "pik_r", "bkl")  # fmt: skip
MARKS = ("sumber_penghasilan", "makan_beragam", "tabungan", "kegiatan_sosial", "uppka")


def village_that_is_not_there(home: Home) -> Said | None:
    home["kode_desa"] = home.rng.choice(("2999", "0000", "4001", "2"))
    return {"R20:kode_desa"}


def wrong_count(home: Home) -> Said | None:
    count = int(home["jumlah_anggota"])
    home["jumlah_anggota"] = str(home.rng.choice([n for n in range(25) if n != count]))
    return {"R21:jumlah_anggota"}


def block_of_another_woman(home: Home) -> Said | None:
    if home["no_urut_istri"]:
        wrong = home.where(lambda row: home["jenis_kelamin", row] == "1")
        home["no_urut_istri"] = f"{wrong or len(home.rows) + 1:02d}"
        return {"R22:no_urut_istri"}
    return None


def block_without_a_woman(home: Home) -> Said | None:
    if not home["no_urut_istri"]:
        home["jml_melahirkan"] = "02"
        return {"not_relevant:jml_melahirkan"}
    return None


def unanswered_in_block_two(home: Home) -> Said | None:
    asked = ("no_urut_istri", "jml_melahirkan", "alh_l", "alh_p", "amh_l", "amh_p", "anak_ideal",
             "hamil", "usia_hamil_minggu", "hamil_diinginkan", "ingin_anak", "pakai_kb", "kb_mulai",
             "pernah_kb_12bln", "kb_mulai_akhir", "kb_berhenti", "alasan_tidak_kb", "metode_kb",
             "tempat_kb", "info_a", "info_b", "info_c")  # fmt: skip
    filled = [name for name in asked if home[name]]
    if filled:
        name = home.rng.choice(filled)
        home[name] = ""
        return {f"required:{name}"}
    return None


def endless_pregnancy(home: Home) -> Said | None:
    if home["hamil"] == "1":
        home["usia_hamil_minggu"] = f"{home.rng.choice((0, home.rng.randint(46, 99))):02d}"
        return {"R23:usia_hamil_minggu"}
    return None


def pregnant_and_asked_on(home: Home) -> Said | None:
    if home["hamil"] == "2":
        home["usia_hamil_minggu"] = "12"
        return {"not_relevant:usia_hamil_minggu"}
    return None


def sterilised_at_a_drug_store(home: Home) -> Said | None:
    if home["metode_kb"] and home["tempat_kb"]:
        home["metode_kb"], home["tempat_kb"] = "1", "09"
        return {"R25:tempat_kb"}
    return None


def contraception_from_tomorrow(home: Home) -> Said | None:
    if home["kb_mulai"]:
        home["kb_mulai"] = f"01{int(home['tgl_pendataan'][4:]) + 1}"
        return {"R25:kb_mulai"}
    return None


def more_living_than_born(home: Home) -> Said | None:
    if home["no_urut_istri"]:
        sex = home.rng.choice("lp")
        home[f"amh_{sex}"] = f"{int(home[f'alh_{sex}']) + home.rng.randint(1, 9):02d}"
        return {f"R28:amh_{sex}"}
    return None


def more_children_in_the_roster(home: Home) -> Said | None:
    mother = home["no_urut_istri"]
    if mother and home.where(lambda row: home["kode_ibu", row].zfill(2) == mother.zfill(2)):
        home["amh_l"], home["amh_p"] = "00", "00"
        return {"R29:no_urut_istri"}
    return None


def group_that_is_not_there(home: Home) -> Said | None:
    name = home.rng.choice(GROUPS)
    home[name] = "1" if home[name] == "3" else "3"
    return {f"R32:{name}"}


def crowded_house(home: Home) -> Said | None:
    home["luas_rumah"] = f"{max(6, 8 * int(home['jml_penghuni']) - 1):03d}"
    small = int(home["luas_rumah"]) < 8 * int(home["jml_penghuni"])
    return {"R33:luas_rumah"} if small else None


def two_crosses(home: Home) -> Said | None:
    name = home.rng.choice(MARKS)
    home[name] = "1 2"
    return {f"choice:{name}"}


def visit_at_another_time(home: Home) -> Said | None:
    day = home.rng.choice((date(2023, 6, 30), date(2022, 7, 15), date(2024, 1, 1)))
    home["tgl_pendataan"] = f"{day:%d%m%Y}"
    return {"constraint:tgl_pendataan"}


def unanswered_on_the_household(home: Home) -> Said | None:
    name = home.rng.choice(ALWAYS)
    home[name] = ""
    return {f"required:{name}"}


def roster_of_a_family_not_found(home: Home) -> Said | None:
    home["status_keluarga"] = home.rng.choice("3456")
    return {"not_relevant:anggota[1].nama"}


def wrong_family_card(home: Home) -> Said | None:
    home["no_kk"] = home.rng.choice(("6402013213150001", "0402011001150001", "6402011013150001",
                                     "6402011001150000", "640201"))  # fmt: skip
    home["kk_akhir_h2"] = home["no_kk"][-6:]
    for page in (3, 4):
        home[f"no_kk_h{page}"] = home["no_kk"]
    return {"constraint:no_kk"}


def wrong_phone(home: Home) -> Said | None:
    home["no_telepon"] = home.rng.choice(("07123456789", "0812345", "6312345678901"))
    return {"constraint:no_telepon"}


def none_and_something(home: Home) -> Said | None:
    home["aset"] = f"{home.rng.choice('abcdef')} g"
    return {"constraint:aset"}


DAMAGES = (
    village_that_is_not_there,
    wrong_count,
    block_of_another_woman,
    block_without_a_woman,
    unanswered_in_block_two,
    endless_pregnancy,
    pregnant_and_asked_on,
    sterilised_at_a_drug_store,
    contraception_from_tomorrow,
    more_living_than_born,
    more_children_in_the_roster,
    group_that_is_not_there,
    crowded_house,
    two_crosses,
    visit_at_another_time,
    unanswered_on_the_household,
    roster_of_a_family_not_found,
    wrong_family_card,
    wrong_phone,
    none_and_something,
)
