#!/bin/sh
# Verifies the evidence of one certificate in this folder, with openssl and the usual small programs alone; it was written
# beside it by `divit evidence APPLICATION --export FOLDER`. The formats: docs/trust.md of Divit.
#
#   sh verify.sh [FOLDER]     exit code 0: the evidence holds
#
# What it believes without looking further: root.der, registry-1.txt and signer.pub, whose digests it says: the ceremony's log
# has them.
set -u
LC_ALL=C
export LC_ALL
cd "${1:-$(dirname "$0")}" || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
failed=0

ok() { echo "ok    $*"; }
bad() { echo "WRONG $*"; failed=1; }
check() { # what, then a command
    what=$1
    shift
    if "$@" >"$work/out" 2>&1; then ok "$what"; else bad "$what"; fi
}
equal() { # what, one, other
    if [ -n "$2" ] && [ "$2" = "$3" ]; then ok "$1"; else bad "$1: $2 is not $3"; fi
}
sha() { openssl dgst -sha256 -r "$1" | cut -c1-64; }
hex() { od -An -v -tx1 "$@" | tr -d ' \n'; }
field() { sed -n "s/^$2: //p" "$1" | head -n 1; }
seconds() { [ -n "$1" ] && date -u -d "$1" +%s; }
pem_of() { openssl x509 -inform DER -in "$1" -out "$2" 2>/dev/null; }
subject_part() { # certificate (PEM) or request, part
    sed -n "s/^ *$2 *= //p" "$1" | head -n 1
}

# -- certificates, application, request --

check "root.der is a certificate" pem_of root.der "$work/root.pem"
check "issuing.der is a certificate" pem_of issuing.der "$work/issuing.pem"
then_s=$(seconds "$(field application.txt 'Düzenlenme Zamanı')")
d=$(sha application.txt)
uid=$(field application.txt 'Başvuru No')
revision=$(field application.txt 'Revizyon')
door=$(field application.txt 'Kapı')
applicant=$(field application.txt 'Kimlik No')
home=$(field application.txt 'Kurum Kodu')
server=$(field application.txt 'Sunucu')
check "the request is signed with its own key" openssl req -inform DER -in request.der -noout -verify
openssl req -inform DER -in request.der -noout -subject -nameopt multiline >"$work/request" 2>/dev/null
equal "the request carries D of the application" "$(subject_part "$work/request" commonName)" "$d"
attempt=$(subject_part "$work/request" serialNumber)
openssl req -inform DER -in request.der -noout -pubkey 2>/dev/null |
    openssl pkey -pubin -outform DER -out "$work/request.spki" 2>/dev/null
public_key=$(sha "$work/request.spki")
[ ! -s journal-1.bin ] || then_s=$((0x$(hex -j8 -N8 journal-1.bin))) # when the intent was written
if [ -f certificate.der ]; then
    pem_of certificate.der "$work/certificate.pem"
    start_s=$(seconds "$(openssl x509 -in "$work/certificate.pem" -noout -startdate | cut -d= -f2)")
    check "the certificate stands under the root" openssl verify -attime "$start_s" -CAfile "$work/root.pem" \
        -untrusted "$work/issuing.pem" "$work/certificate.pem"
    openssl x509 -in "$work/certificate.pem" -noout -pubkey | openssl pkey -pubin -outform DER -out "$work/c.spki"
    check "the certificate is for the request's key" cmp "$work/request.spki" "$work/c.spki"
    openssl x509 -in "$work/certificate.pem" -noout -subject -nameopt multiline >"$work/subject"
    equal "the certificate is the applicant's" "$(subject_part "$work/subject" serialNumber)" "$applicant"
fi

# -- when a signature was made, as far as it is known: a key counts that began by the one and had not ended at the other --

made_at() { latest_s=$1 earliest_s=${2:-$1}; }
is_good_then() { # from, until
    [ "$(seconds "$1")" -le "$((latest_s + 300))" ] && [ "$(seconds "$2")" -ge "$earliest_s" ]
}
signing_time() { # file
    openssl cms -cmsout -print -inform DER -in "$1" 2>/dev/null |
        sed -n '/signingTime/,/TIME:/s/.*TIME://p' | head -n 1
}

# -- signatures: text into $work/text, whose key into $id, $role, $place, $kind, by the registry $1 --

signed_by_card() { # file
    rm -f "$work/text" "$work/signer.pem"
    openssl cms -verify -binary -noverify -inform DER -in "$1" -signer "$work/signer.pem" -out "$work/text" \
        >/dev/null 2>&1 || return 1
    # once more, now that the certificate is known: signingCertificateV2 must be of it; who vouches for it comes later
    openssl cms -verify -cades -binary -partial_chain -purpose any -attime "$latest_s" -CAfile "$work/signer.pem" \
        -inform DER -in "$1" -out "$work/text" >/dev/null 2>&1 || return 1
    openssl x509 -in "$work/signer.pem" -outform DER -out "$work/signer.der" 2>/dev/null
    openssl x509 -in "$work/signer.pem" -noout -subject -nameopt multiline >"$work/signer"
    number=$(subject_part "$work/signer" serialNumber)
    openssl x509 -in "$work/signer.pem" -noout -ext keyUsage 2>/dev/null | grep -q 'Non Repudiation' || return 1
    is_good_then "$(openssl x509 -in "$work/signer.pem" -noout -startdate | cut -d= -f2)" \
        "$(openssl x509 -in "$work/signer.pem" -noout -enddate | cut -d= -f2)"
}
signed_by_passkey() { # stem: .txt, .auth, .client, .sig, .id, .spki
    cp "$1.txt" "$work/text" || return 1
    challenge=$(openssl dgst -sha256 -binary "$1.txt" | openssl base64 -A | tr '+/' '-_' | tr -d '=')
    host=$(printf '%s' "$server" | sed 's|^[a-z]*://||; s|[:/].*||')
    printf '%s' "$host" >"$work/host"
    grep -q '"type":"webauthn.get"' "$1.client" && grep -q "\"challenge\":\"$challenge\"" "$1.client" &&
        grep -qF "\"origin\":\"$server\"" "$1.client" || return 1
    [ "$(hex "$1.auth" | cut -c1-64)" = "$(sha "$work/host")" ] || return 1
    flags=$(od -An -tu1 -j32 -N1 "$1.auth" | tr -d ' ')
    [ "$((flags % 2))" = 1 ] && [ "$((flags / 4 % 2))" = 1 ] || return 1 # present and verified
    { cat "$1.auth" && openssl dgst -sha256 -binary "$1.client"; } >"$work/signed"
    openssl pkey -pubin -inform DER -in "$1.spki" -out "$work/key.pem" 2>/dev/null &&
        openssl dgst -sha256 -verify "$work/key.pem" -signature "$1.sig" "$work/signed" >/dev/null 2>&1
}
find_card() { # registry
    openssl x509 -in "$work/signer.pem" -noout -pubkey | openssl pkey -pubin -outform DER -out "$work/signer.spki"
    line=$(grep "^Kişi: $number [^ ]* [^ ]* kart $(sha "$work/signer.der") $(sha "$work/signer.spki") " "$1") || return 1
    kind=kart
    take_line
}
find_passkey() { # registry, stem
    line=$(grep "^Kişi: [0-9]* [^ ]* [^ ]* anahtar $(sha "$2.id") $(hex "$2.spki") " "$1") || return 1
    kind=anahtar
    take_line
}
take_line() {
    # shellcheck disable=SC2086 # into its words
    set -- $line
    id=$2 role=$3 place=$4
    while [ $# -gt 2 ]; do shift; done
    is_good_then "$1" "$2"
}
signed_by_service() { # stem, name, registry
    key=$(sed -n "s/^Servis: $2 \([0-9a-f]*\) .*/\1/p" "$3")
    from=$(sed -n "s/^Servis: $2 [0-9a-f]* \([^ ]*\) .*/\1/p" "$3")
    until=$(sed -n "s/^Servis: $2 [0-9a-f]* [^ ]* //p" "$3")
    [ -n "$key" ] && is_good_then "$from" "$until" || return 1
    for file in key-*.der; do
        [ "$(hex "$file")" = "$key" ] || continue
        openssl pkey -pubin -inform DER -in "$file" -out "$work/key.pem" 2>/dev/null
        openssl dgst -sha256 -verify "$work/key.pem" -signature "$1.sig" "$1.txt" >/dev/null 2>&1
        return
    done
    return 1
}

# -- the registries: each signed by administrators of the one before, whose keys were good when they signed it --

registry_card_counts() { # proof, registry before
    signed_s=$(seconds "$(signing_time "$1")") && [ "$signed_s" -le "$((then_s + 300))" ] || return 1
    made_at "$signed_s"
    signed_by_card "$1" && find_card "$2" || return 1
    [ "$signed_s" -le "$known_s" ] || known_s=$signed_s
}
registry_passkey_counts() { # stem, registry before: it says no time, but follows what cards signed before it
    cp "$registry" "$work/passkey.txt" &&
        for part in auth client sig id spki; do cp "$1.$part" "$work/passkey.$part"; done || return 1
    made_at "$then_s" "$known_s"
    signed_by_passkey "$work/passkey" && find_passkey "$2" "$work/passkey"
}
known_s=0 # the newest time of a card's signature over a registry so far
n=1
while [ -f "registry-$n.txt" ]; do
    registry=registry-$n.txt
    equal "registry $n has its number" "$(field "$registry" Numara)" "$n"
    if [ "$n" -gt 1 ]; then
        before=registry-$((n - 1)).txt
        equal "registry $n names the one before" "$(field "$registry" Önceki)" "$(sha "$before")"
        grep -v '^Numara: \|^Önceki: ' "$registry" >"$work/new"
        grep -v '^Numara: \|^Önceki: ' "$before" >"$work/old"
        needed=2
        if ! grep -qvxFf "$work/old" "$work/new" && ! grep -vxFf "$work/new" "$work/old" | grep -q '^Kural: '; then
            needed=1 # it takes lines away alone
        fi
        : >"$work/administrators"
        for proof in "registry-$n"-proof-*.p7m "registry-$n"-proof-*.client; do
            [ -f "$proof" ] || continue
            stem=${proof%.*}
            case $proof in
            *.p7m) registry_card_counts "$proof" "$before" ;;
            *) registry_passkey_counts "$stem" "$before" ;;
            esac && cmp -s "$work/text" "$registry" && [ "$role" = yönetici ] && echo "$id" >>"$work/administrators"
        done
        signers=$(sort -u "$work/administrators" | grep -c .)
        if [ "$signers" -ge "$needed" ]; then ok "registry $n: $signers administrators, $needed needed"; else
            bad "registry $n: $signers administrators, $needed needed"
        fi
    fi
    n=$((n + 1))
done
made_at "$then_s"
registry=registry-$((n - 1)).txt
[ "$n" -gt 1 ] || bad "no registry"
: >"$work/files"
for file in key-*.der authority-*.der; do [ -f "$file" ] && hex "$file" >>"$work/files" && echo >>"$work/files"; done
sed -n 's/^Makam: //p; s/^Servis: [^ ]* \([0-9a-f]*\) .*/\1/p' "$registry" | sort >"$work/named"
sort "$work/files" >"$work/there"
check "keys and authorities are those that the registry names" cmp "$work/named" "$work/there"

# -- the proofs --

is_within() { # institution, above
    at=$1
    while [ "$at" != "$2" ]; do
        at=$(awk -v c="$at" '$1 == "Kurum:" && $2 == c { print $3 }' "$registry")
        [ -n "$at" ] && [ "$at" != - ] || return 1
    done
}
decision_counts() {
    [ "$role" = yetkili ] && [ "$id" != "$applicant" ] && [ "$(field "$work/text" 'Kurum Kodu')" = "$place" ] || return 1
    is_within "$home" "$place" || return 1
    old=registry-$(field "$work/text" 'Sicil Defteri No').txt
    key=$(echo "$line" | cut -d' ' -f2-6)
    [ -f "$old" ] && grep -qF "Kişi: $key " "$old" || return 1
    [ "$(seconds "$(field "$work/text" 'Düzenlenme Zamanı')")" -le "$((then_s + 300))" ] &&
        [ "$(seconds "$(field "$work/text" 'Geçerlilik Sonu')")" -ge "$then_s" ] || return 1
    way=$(sed -n "s/^Başvuru: $uid $revision $d \([^ ]*\) [^ ]*$/\1/p" "$work/text")
    [ -n "$way" ] || return 1
    echo "$id $way $kind $(field "$work/text" Teslim) $(field "$work/text" Onay)" >>"$work/deciders"
}
holder_counts() { # the signer's certificate stands under an authority that the registry names
    [ "$number" = "$applicant" ] || return 1
    for file in authority-*.der; do
        grep -q "^Makam: $(hex "$file")\$" "$registry" && pem_of "$file" "$work/authority.pem" &&
            openssl verify -partial_chain -attime "$then_s" -CAfile "$work/authority.pem" "$work/signer.pem" \
                >/dev/null 2>&1 && return
    done
    return 1
}
# -- what was kept beside the applicant's signature: as of the hour in which it was made --

not_revoked_by_crl() { # certificate (PEM), its issuer (PEM): any of the lists that the issuer signed
    for list in applicant-crl-*.der; do
        openssl crl -inform DER -in "$list" -out "$work/list.pem" 2>/dev/null || return 1
        openssl crl -in "$work/list.pem" -noout -CAfile "$2" 2>&1 | grep -q '^verify OK' || continue
        openssl verify -partial_chain -crl_check -attime "$signed_s" -CAfile "$2" -CRLfile "$work/list.pem" "$1" \
            >/dev/null 2>&1
        return
    done
    return 1
}
good_by_ocsp() { # certificate (PEM), its issuer (PEM): answered after the signature, within the life of its code
    openssl ocsp -sha256 -issuer "$2" -cert "$1" -respin applicant-ocsp.der -CAfile "$2" -partial_chain \
        -attime "$signed_s" -no_nonce >"$work/ocsp" 2>&1
    # by today's clock openssl finds the answer old, says so, and puts the status on a line of its own
    grep -q '^Response verify OK' "$work/ocsp" && grep -qE '(^|: )good$' "$work/ocsp" || return 1
    answered_s=$(seconds "$(sed -n 's/.*This Update: //p' "$work/ocsp")")
    [ "$answered_s" -ge "$((signed_s - 120))" ] && [ "$answered_s" -le "$((signed_s + 600))" ]
}
holder_was_good() { # file
    signed_s=$(seconds "$(signing_time "$1")") || return 1
    at=$work/signer.pem
    cp "$at" "$work/holder.pem"
    k_chain=1
    while [ -f "applicant-chain-$k_chain.der" ]; do
        pem_of "applicant-chain-$k_chain.der" "$work/above-$k_chain.pem" || return 1
        openssl verify -partial_chain -attime "$signed_s" -CAfile "$work/above-$k_chain.pem" "$at" >/dev/null 2>&1 ||
            return 1
        if [ "$k_chain" = 1 ] && [ -f applicant-ocsp.der ]; then
            good_by_ocsp "$at" "$work/above-1.pem" || return 1
        else
            not_revoked_by_crl "$at" "$work/above-$k_chain.pem" || return 1
        fi
        at=$work/above-$k_chain.pem
        k_chain=$((k_chain + 1))
    done
    [ "$k_chain" -gt 1 ] && cmp -s "applicant-chain-$((k_chain - 1)).der" root.der
}

consent_counts() {
    [ "$(field "$work/text" 'Kimlik No')" = "$applicant" ] && holder_counts || return 1
    end=$(field "$work/text" Bitiş)
    [ "$end" = - ] || [ "$(seconds "$end")" -ge "$then_s" ]
}
owner_counts() {
    signed_by_service "$1" keeper "$registry" && [ "$(field "$1.txt" Amaç)" = başvuru ] &&
        [ "$(field "$1.txt" Konu)" = "$d" ] && [ "$(field "$1.txt" Kaynak)" != form ] || return 1
    known_s=$(seconds "$(field "$1.txt" 'Bilindiği Zaman')")
    [ "$(($(seconds "$(field "$1.txt" 'Düzenlenme Zamanı')") - known_s))" -ge 259200 ]
}
station_counts() {
    station=$(field "$1.txt" İstasyon)
    case $station in istasyon-*) ;; *) return 1 ;; esac
    signed_by_service "$1" "$station" "$registry" && [ "$(field "$1.txt" 'Başvuru No')" = "$uid" ] &&
        [ "$(field "$1.txt" D)" = "$d" ] && [ "$(field "$1.txt" Deneme)" = "$attempt" ] &&
        [ "$(field "$1.txt" 'Açık Anahtar')" = "$public_key" ]
}
card_counts() { # file
    signed_by_card "$1" || return 1
    case $(head -n 1 "$work/text") in
    'divit decision 1') find_card "$registry" && decision_counts ;;
    'divit application 1')
        cmp -s "$work/text" application.txt && holder_counts || return 1
        check "the applicant's certificate was good when it signed, by the chain and evidence of then" \
            holder_was_good "$1"
        applicant_signed=yes
        ;;
    'divit consent 1') consent_counts && consented=yes ;;
    *) return 1 ;;
    esac
}

applicant_signed=no consented=no owner=no produced=no
: >"$work/deciders"
: >"$work/digests"
openssl dgst -sha256 -binary application.txt >>"$work/digests"
openssl dgst -sha256 -binary request.der >>"$work/digests"
: >"$work/empty"
k=1
while :; do
    set -- "proof-$k"-*
    [ -f "$1" ] || break
    stem=${1%.*}
    text=$stem.txt
    case $stem in
    *-card) text=$work/empty proof=$stem.p7m && card_counts "$proof" ;;
    *-passkey) proof=$stem.der && signed_by_passkey "$stem" && find_passkey "$registry" "$stem" && decision_counts ;;
    *-owner) proof=$stem.sig && owner_counts "$stem" && owner=yes ;;
    *-station) proof=$stem.sig && station_counts "$stem" && produced=yes ;;
    *) false ;;
    esac && ok "$stem counts" || echo "none  $stem counts for nothing"
    openssl dgst -sha256 -binary "$text" >>"$work/digests"
    openssl dgst -sha256 -binary "$proof" >>"$work/digests"
    k=$((k + 1))
done
equal "the key was made by a registered station" "$produced" yes

# -- the rules: one line for the door and the way of the decisions --

meets() { # way, need
    case $2 in
    başvuran) [ "$applicant_signed" = yes ] ;;
    rıza) [ "$consented" = yes ] ;;
    sahip) [ "$owner" = yes ] ;;
    *) awk -v way="$1" -v need="$2" '
        $2 == way { id[++n] = $1; card[n] = $3 == "kart"; received[n] = $4 == "evet"; approved[n] = $5 == "evet" }
        END {
            for (i = 1; i <= n; i++) for (k = 1; k <= n; k++) {
                pair = received[i] && approved[k]
                if (need == "iki-kişi" && pair && id[i] != id[k] && (card[i] || card[k])) exit 0
                if (need == "tek-kişi" && pair && id[i] == id[k] && card[i] && card[k]) exit 0
                if (need == "kart-onayı" && approved[i] && card[i]) exit 0
                if (need == "iki-anahtar-onayı" && approved[i] && approved[k] && id[i] != id[k]) exit 0
            }
            exit 1
        }' "$work/deciders" ;;
    esac
}
met=
cut -d' ' -f2 "$work/deciders" | sort -u >"$work/ways"
while read -r way; do
    of=$door
    grep -q "^Kural: $of $way " "$registry" || of='\*'
    grep "^Kural: $of $way " "$registry" >"$work/rules"
    while read -r _ _ _ needs; do
        lacks=
        for need in $needs; do meets "$way" "$need" || lacks="$lacks $need"; done
        if [ -z "$lacks" ]; then met="$way: $needs"; else echo "none  $way: $needs: lacks$lacks"; fi
    done <"$work/rules"
done <"$work/ways"
if [ -n "$met" ]; then ok "a rule of the registry is met: $met"; else bad "no rule of the registry is met"; fi

# -- the signer's journal: its record of the intent says what it looked at, and is chained up to a head that it signed --

part() { printf '%016x%s' "$((${#1} / 2))" "$1"; } # hexadecimal: behind its length in 8 octets
intent() { sed -n "s/^$1 //p" intent.txt; }
is_the_intent() { # behind number and time: “intent”, the serial (of a certificate that was not made: any), intent.txt
    subject='*'
    [ ! -f certificate.der ] || subject=$(part "$(openssl x509 -in "$work/certificate.pem" -noout -serial |
        sed 's/^serial=0*//' | tr -d '\n' | tr A-F a-f | hex)")
    kind=$(part "$(printf intent | hex)") body=$(part "$(hex intent.txt)")
    # shellcheck disable=SC2254 # a pattern
    case $(hex -j16 journal-1.bin) in $kind$subject$body) ;; *) return 1 ;; esac
}
is_over_certificate() { # sealed: nonce, what ChaCha20 makes of the bytes from block 1 on, tag (the chain is over it, too)
    openssl asn1parse -inform DER -in certificate.der -strparse 4 -noout -out "$work/tbs" &&
        sealed=$(intent to-be-signed) && openssl enc -chacha20 -K "$(hex intent.key)" \
        -iv "0100000000000000$(echo "$sealed" | cut -c33-48)" -in "$work/tbs" -out "$work/sealed" &&
        [ "$(echo "$sealed" | cut -c"49-$((${#sealed} - 32))")" = "$(hex "$work/sealed")" ]
}
is_head_signed() {
    [ "$(head -n 1 head.txt)" = 'divit head 1' ] &&
        openssl pkey -pubin -inform DER -in signer.pub -out "$work/key.pem" &&
        openssl dgst -sha256 -verify "$work/key.pem" -signature head.sig head.txt
}
if [ -f certificate.der ] || [ -f intent.txt ] || [ -f journal-1.bin ]; then
    equal "the journal's intent is of this application" "$(intent application)" "$uid"
    equal "of this D" "$(intent digest)" "$d"
    equal "of this attempt" "$(intent attempt)" "$attempt"
    equal "of this key" "$(intent key)" "$public_key"
    equal "over this evidence" "$(intent evidence)" "$(sha "$work/digests")"
    [ ! -f certificate.der ] || check "to this certificate" is_over_certificate
    check "it is a record of the journal" is_the_intent
    before=$(hex journal-0.bin)
    equal "which follows a hash of 64 digits" "${#before}" 64
    cp journal-0.bin "$work/hash"
    k=1 last=journal-1.bin
    while [ -f "journal-$k.bin" ]; do
        last=journal-$k.bin
        cat "$work/hash" "$last" | openssl dgst -sha256 -binary >"$work/next"
        mv "$work/next" "$work/hash"
        k=$((k + 1))
    done
    equal "and is chained to record $(field head.txt Kayıt)" "$(hex -N8 "$last")" \
        "$(printf %016x "$(field head.txt Kayıt)")"
    equal "of this hash" "$(hex "$work/hash")" "$(field head.txt Özet)"
    check "whose head the signer has signed" is_head_signed
    echo "believed: signer.pub SHA-256 $(sha signer.pub)"
else
    echo "no certificate, no intent: this is what was asked and signed, not what was issued"
fi
echo "believed: root.der SHA-256 $(sha root.der)"
echo "believed: registry-1.txt SHA-256 $(sha registry-1.txt)"
if [ "$failed" = 0 ]; then echo "The evidence holds."; else echo "The evidence does NOT hold."; fi
exit "$failed"
