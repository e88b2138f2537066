#!/usr/bin/python3
"""Writes data/demo-institutions.csv and data/demo-staff.csv: the ministry of the demonstration, the same in every run.

Two provincial health directorates with sub-units and 200 people. Nobody is real: identity numbers are the lowest ones
with right check digits (10000000146 and 10000000078 first), telephone numbers lie in prefixes that are not in use,
addresses and names are put together by a seeded generator. The last two people are the directorates' officers.
"""
import csv
import pathlib
import random

DATA = pathlib.Path(__file__).resolve().parent.parent / 'data'
PEOPLE = 200

WOMEN = ('Ayşe Fatma Zeynep Elif Işıl İpek Çağla Şule Gülşen Özlem Büşra Tuğba Nurgül Ümran Sıdıka Ilgın Yağmur Öykü '
         'Şeyma Hatice Meryem Esra Kübra Derya Seda Gizem Pınar Aslıhan Müge Ülkü').split()
MEN = ('Mehmet Ali İsmail Işık Çağrı Şükrü Gökhan Özgür Yiğit Ümit Sıtkı Ilgaz Oğuz İlker Şahin Hüseyin Mustafa Emre '
       'Burak Kerem Serkan Barış Doğan Tolga Görkem Ünal Cüneyt Müslüm Fırat Halil').split()
SURNAMES = ('Yılmaz Kaya Demir Şahin Çelik Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç '
            'Kurt Özkan Şimşek Polat Korkmaz Çakır Erdoğdu Güneş Işık Bulut Tekin Ünal İnce Güler Uçar Ağaoğlu '
            'Iğdırlı Öğüt Çiçek Şen Gümüş Taşçı Üstün').split()
BIRTH_PLACES = ('İstanbul Ankara Iğdır Şanlıurfa Çorum İzmir Muğla Ağrı Düzce Kırıkkale Eskişehir Gümüşhane Uşak Niğde '
                'Çankırı Bingöl').split()
TITLES = ('Hemşire', 'Ebe', 'Tabip', 'Uzman Tabip', 'Diş Tabibi', 'Eczacı', 'Sağlık Teknikeri', 'Tıbbi Sekreter',
          'Memur', 'Bilgisayar İşletmeni')
UNITS = ('Acil Servis', 'Aşı Birimi', 'Bulaşıcı Hastalıklar Birimi', 'Çocuk Sağlığı Birimi', 'Evde Sağlık Birimi',
         'İdari İşler Birimi', 'Laboratuvar', 'Özlük İşleri Birimi')
STREETS = ('Çınar Sokak', 'Ihlamur Caddesi', 'Gül Sokak', 'Öğretmen Caddesi', 'Şelale Sokak', 'Üzüm Sokak', 'Işık Caddesi')

# code, province, province code, districts with their sub-units
DIRECTORATES = (
    ('34', 'İstanbul', (('Kadıköy', '34710'), ('Üsküdar', '34660'), ('Şişli', '34360'))),
    ('06', 'Ankara', (('Çankaya', '06680'), ('Keçiören', '06280'), ('Gölbaşı', '06830'))),
)


def identity_number(first_nine):
    digits = [int(digit) for digit in f'{first_nine:09d}']
    tenth = (sum(digits[0::2]) * 7 - sum(digits[1::2])) % 10
    return f'{first_nine:09d}{tenth}{(sum(digits) + tenth) % 10}'


def ascii_word(text):
    return text.translate(str.maketrans('çğıöşüÇĞİIÖŞÜ', 'cgiosucgiiosu')).lower().replace(' ', '')


def make_institutions():
    rows, places = [], []
    for code, province, districts in DIRECTORATES:
        directorate = f'{province} İl Sağlık Müdürlüğü'
        mail = f'{ascii_word(province)}@saglik.example'
        rows.append([code, '', directorate, 'Personel Hizmetleri Başkanlığı', f'Örnek Mahallesi Sağlık Caddesi 1, {province}',
                     f'500{code}00000', '1000', mail])
        places.append((code, province, districts[0][0], districts[0][1], directorate))
        for index, (district, postal_code) in enumerate(districts, 1):
            for kind, name in ((0, f'{district} İlçe Sağlık Müdürlüğü'), (1, f'{district} 1 Nolu Aile Sağlığı Merkezi'),
                               (2, f'{district} Devlet Hastanesi')):
                parent = code if kind == 0 else f'{code}{index}0'
                unit = f'{code}{index}{kind}'
                rows.append([unit, parent, name, ('Özlük İşleri', 'Merkez', 'Personel Birimi')[kind],
                             f'Örnek Mahallesi {STREETS[(index + kind) % len(STREETS)]} {10 * index + kind}, '
                             f'{district}/{province}', f'500{code}{index}{kind}000', f'1{index}{kind}0',
                             f'{ascii_word(district)}{kind}@saglik.example'])
                places.append((unit, province, district, postal_code, name))
    return rows, places


def make_people(places):
    draw = random.Random(20260101)
    numbers = ['10000000146', '10000000078'] + [identity_number(100000002 + i) for i in range(PEOPLE - 2)]
    used_names, rows = set(), []
    for index, number in enumerate(numbers):
        is_officer = index >= PEOPLE - 2
        while True:
            is_woman = draw.random() < 0.5
            given = draw.choice(WOMEN if is_woman else MEN)
            if draw.random() < 0.2:
                given += ' ' + draw.choice(('Nur', 'Su') if is_woman else ('Can', 'Deniz'))
            surname = draw.choice(SURNAMES)
            if (given, surname) not in used_names and given != surname:
                break
        used_names.add((given, surname))
        unit, province, district, postal_code, name = (places[(index - (PEOPLE - 2)) * (len(places) // 2)] if is_officer
                                                       else places[index % len(places)])
        is_family = 'Aile Sağlığı' in name and index % 2 == 0
        rows.append([
            number, given, surname, draw.choice(BIRTH_PLACES),
            f'{draw.randint(1, 28):02d}.{draw.randint(1, 12):02d}.{draw.randint(1962, 2001)}', f'{100001 + index}', unit,
            'aile_hekimi' if is_family else 'personel',
            f'{unit[:2]}.{10 + index % 80:02d}.{index + 1:03d}' if is_family else '',
            'Personel Hizmetleri Başkanlığı' if is_officer else draw.choice(UNITS),
            'Şube Müdürü' if is_officer else 'Aile Hekimi' if is_family else draw.choice(TITLES),
            f'Örnek Mahallesi {draw.choice(STREETS)} No: {draw.randint(1, 120)}', province, district, postal_code,
            f'{ascii_word(given)}.{ascii_word(surname)}@posta.example', f'5000000{index + 1:03d}'])
    return rows


def write(name, header, rows):
    with open(DATA / name, 'w', encoding='utf-8', newline='') as file:
        writer = csv.writer(file, delimiter=';', lineterminator='\n')
        writer.writerow(header)
        writer.writerows(rows)


def main():
    institutions, places = make_institutions()
    write('demo-institutions.csv', 'kod ust_kod ad birim adres telefon dahili eposta'.split(), institutions)
    write('demo-staff.csv', ('tckn ad soyad dogum_yeri dogum_tarihi sicil_no kurum_kodu grup ahb_kodu birim unvan adres il '
                             'ilce posta_kodu eposta cep').split(), make_people(places))


if __name__ == '__main__':
    main()
