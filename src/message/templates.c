/*
 * Codes are plain ASCII in one part (spec 08, Lengths), so Turkish ones go without Turkish letters, as people know it
 * from their banks. No text holds a link to a log-in page or an identity number (spec 06, Messages).
 */
#include "message/templates.h"

const char *const message_email_ends[2] = {
    [LANGUAGE_TURKISH] = "\n\nBu ileti size başvurunuz veya sertifikanız nedeniyle otomatik olarak gönderildi; lütfen "
                         "yanıtlamayın. Güvenlik sözcüğünüzü, PIN'inizi veya SMS ile gelen kodları sizden hiçbir zaman "
                         "istemeyiz.\n",
    [LANGUAGE_ENGLISH] = "\n\nThis message was sent to you automatically because of your application or certificate; "
                         "please do not reply to it. We never ask you for your security word, your PIN or the codes "
                         "that come by SMS.\n",
};

const struct message_template message_templates[MESSAGE_CONTACT_CHANGED] = {
    [MESSAGE_PHONE_CODE] =
        {
            "phone_code",
            {
                [LANGUAGE_TURKISH] = {.sms = "E-imza basvurunuzun dogrulama kodu: {code}. {minutes} dakika gecerlidir. "
                                             "Kodu kimseyle paylasmayin."},
                [LANGUAGE_ENGLISH] = {.sms = "The code for your e-signature application is {code}. It is valid for "
                                             "{minutes} minutes. Do not share it with anyone."},
            },
        },
    [MESSAGE_LOGIN_CODE] =
        {
            "login_code",
            {
                [LANGUAGE_TURKISH] = {.sms = "Online Islemler giris kodunuz: {code}. Kodu kimseyle paylasmayin; "
                                             "gorevlilerimiz de sizden istemez."},
                [LANGUAGE_ENGLISH] = {.sms = "Your log-in code for Online Services is {code}. Do not share it with "
                                             "anyone; our staff will never ask for it."},
            },
        },
    [MESSAGE_ACTIVATION_CODE] =
        {
            "activation_code",
            {
                [LANGUAGE_TURKISH] = {.sms = "Sertifikanizi askidan indirme kodu: {code}. Bu islemi siz "
                                             "baslatmadiysaniz kodu kullanmayin, bizi arayin."},
                [LANGUAGE_ENGLISH] = {.sms = "The code to activate your certificate is {code}. If you did not start "
                                             "this, do not use it and call us."},
            },
        },
    [MESSAGE_PIN_CODE] =
        {
            "pin_code",
            {
                [LANGUAGE_TURKISH] = {.sms = "Kartinizin PIN kodunu belirleme kodu: {code}. Yalniz eimza programina "
                                             "yazin; baslatmadiysaniz bizi arayin."},
                [LANGUAGE_ENGLISH] = {.sms = "The code to set your card's PIN is {code}. Type it into eimza alone. If "
                                             "you did not start this, call us."},
            },
        },
    [MESSAGE_OWNER_CODE] =
        {
            "owner_code",
            {
                [LANGUAGE_TURKISH] = {.sms = "Iletisim bilgileri degisen e-imza basvurusunun onay kodu: {code}. Siz "
                                             "basvurmadiysaniz kodu kimseye vermeyin, itiraz edin."},
                [LANGUAGE_ENGLISH] = {.sms = "Code to confirm an e-signature application with changed contact data: "
                                             "{code}. If you did not apply, give it to nobody and object."},
            },
        },
    [MESSAGE_FORM_AWAITED] =
        {
            "form_awaited",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "E-imza başvurunuz kaydedildi: {barcode}. Sırada: {next}. Kurum "
                               "yetkilisi: {officer}, {unit}, {address}, {phone}",
                        .subject = "E-imza başvurunuz: imzalı formunuzu bekliyoruz",
                        .text = "Nitelikli elektronik sertifika başvurunuz kaydedildi.\n\n"
                                "Takip numaranız (barkod): {barcode}\n\n"
                                "Sırada: {next}. Şöyle:\n"
                                "1. Başvuru formunu yazdırın. Forma elle düzeltme veya ek yapmayın.\n"
                                "2. Sağ alttaki kutuyu ıslak imzayla imzalayın.\n"
                                "3. Formun aslını elden veya biriminizin evrak kayıt bürosu aracılığıyla kurum "
                                "yetkilisine ulaştırın:\n\n"
                                "   {officer}\n"
                                "   {unit}\n"
                                "   {address}\n"
                                "   {phone}\n\n"
                                "Yetkili formu teslim aldığında size haber vereceğiz.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "Your e-signature application is recorded: {barcode}. Next: {next}. Officer: "
                               "{officer}, {unit}, {address}, {phone}",
                        .subject = "Your e-signature application: we are waiting for the signed form",
                        .text = "Your application for a qualified electronic certificate is recorded.\n\n"
                                "Your tracking number (barcode): {barcode}\n\n"
                                "Next: {next}. In this way:\n"
                                "1. Print the application form. Do not correct or add anything by hand.\n"
                                "2. Sign it by hand in the box at the bottom right.\n"
                                "3. Hand in the original, in person or through your unit's records office, to your "
                                "institution's officer:\n\n"
                                "   {officer}\n"
                                "   {unit}\n"
                                "   {address}\n"
                                "   {phone}\n\n"
                                "We will tell you when the officer has received it.",
                    },
            },
        },
    [MESSAGE_TAKEN_IN] =
        {
            "taken_in",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "{barcode} numaralı e-imza başvurunuzun imzalı formu teslim alındı. "
                               "Sırada: {next}.",
                        .subject = "İmzalı formunuz teslim alındı",
                        .text = "{barcode} numaralı başvurunuzun imzalı formu kurum yetkilisi tarafından teslim "
                                "alındı.\n\n"
                                "Sırada: {next}.\n\n"
                                "Şimdi sizin bir şey yapmanız gerekmiyor. Yetkili başvurunuzu onayladığında size haber "
                                "vereceğiz.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "The signed form of your e-signature application {barcode} has been received. Next: "
                               "{next}.",
                        .subject = "Your signed form has been received",
                        .text = "The signed form of your application {barcode} has been received by your "
                                "institution's officer.\n\n"
                                "Next: {next}.\n\n"
                                "There is nothing you need to do now. We will tell you when the officer has approved "
                                "your application.",
                    },
            },
        },
    [MESSAGE_TAKEN_IN_SIGNED] =
        {
            "taken_in_signed",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "{barcode} numaralı e-imza başvurunuz, elektronik imzanızla alındı. "
                               "Sırada: {next}.",
                        .subject = "E-imzalı başvurunuz alındı",
                        .text = "{barcode} numaralı başvurunuz, elektronik imzanızla alındı. Kâğıt form "
                                "gerekmiyor.\n\n"
                                "Başvuruyu siz imzalamadıysanız hemen bizi arayın.\n\n"
                                "Sırada: {next}.\n\n"
                                "Şimdi sizin bir şey yapmanız gerekmiyor. Yetkili başvurunuzu onayladığında size haber "
                                "vereceğiz.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "Your e-signature application {barcode} has been received with your electronic "
                               "signature. Next: {next}.",
                        .subject = "Your electronically signed application has been received",
                        .text = "Your application {barcode} has been received with your electronic signature. No paper "
                                "is needed.\n\n"
                                "If you did not sign it, call us at once.\n\n"
                                "Next: {next}.\n\n"
                                "There is nothing you need to do now. We will tell you when the officer has approved "
                                "your application.",
                    },
            },
        },
    [MESSAGE_FORM_REFUSED] =
        {
            "form_refused",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "{barcode} numaralı e-imza başvurunuzun formu kabul edilmedi: {reason}. Formu yeniden "
                               "yazdırıp imzalayın, aslını kurum yetkilisine ulaştırın.",
                        .subject = "Başvuru formunuz kabul edilmedi",
                        .text = "{barcode} numaralı başvurunuzun formu kurum yetkilisi tarafından kabul edilmedi.\n\n"
                                "Neden: {reason}\n\n"
                                "Başvurunuz açık kalıyor. Formu yeniden yazdırın, üzerinde düzeltme yapmadan ıslak "
                                "imzayla imzalayın ve aslını kurum yetkilisine ulaştırın.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "The form of your e-signature application {barcode} was not accepted: {reason}. Print "
                               "and sign it anew and hand in the original to the officer.",
                        .subject = "Your application form was not accepted",
                        .text = "The form of your application {barcode} was not accepted by your institution's "
                                "officer.\n\n"
                                "Reason: {reason}\n\n"
                                "Your application stays open. Print the form anew, sign it by hand without correcting "
                                "anything, and hand in the original to the officer.",
                    },
            },
        },
    [MESSAGE_RETURNED] =
        {
            "returned",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "{barcode} numaralı e-imza başvurunuz size geri gönderildi: {reason}. Giriş yapıp formu "
                               "gözden geçirin ve yeniden imzalayın.",
                        .subject = "E-imza başvurunuz size geri gönderildi",
                        .text = "{barcode} numaralı başvurunuz kurum yetkilisi tarafından size geri gönderildi.\n\n"
                                "Neden: {reason}\n\n"
                                "Yazdıklarınız duruyor. Başvuru kapısından yeniden giriş yapın, Formu Değiştir ile "
                                "formu gözden geçirip onaylayın ve yeniden imzalayın. Başvuru yeni bir numara alır. "
                                "İsterseniz başvuruyu geri çekebilirsiniz.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "Your e-signature application {barcode} was returned to you: {reason}. Log in, look "
                               "through the form and sign it anew.",
                        .subject = "Your e-signature application was returned to you",
                        .text =
                            "Your application {barcode} was returned to you by your institution's officer.\n\n"
                            "Reason: {reason}\n\n"
                            "What you wrote is kept. Log in again at the door you applied at, look through the form "
                            "with Change the form, confirm it, and sign it anew. The application gets a new "
                            "number. You can also withdraw it.",
                    },
            },
        },
    [MESSAGE_WITHDRAWN] =
        {
            "withdrawn",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "{barcode} numaralı e-imza başvurunuz geri çekildi. Bu işlemi siz yapmadıysanız hemen "
                               "bizi arayın.",
                        .subject = "E-imza başvurunuz geri çekildi",
                        .text = "{barcode} numaralı başvurunuz geri çekildi; bu başvuru için kart üretilmeyecek.\n\n"
                                "İstediğiniz zaman yeniden başvurabilirsiniz. Bu işlemi siz yapmadıysanız hemen çağrı "
                                "merkezimizi arayın.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "Your e-signature application {barcode} has been withdrawn. If you did not do this, "
                               "call us at once.",
                        .subject = "Your e-signature application has been withdrawn",
                        .text = "Your application {barcode} has been withdrawn; no card will be made for it.\n\n"
                                "You can apply anew at any time. If you did not do this, call our call centre at "
                                "once.",
                    },
            },
        },
    [MESSAGE_APPROVED] =
        {
            "approved",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "{barcode} numaralı e-imza başvurunuz onaylandı. Sırada: {next}. Kart size kuryeyle "
                               "gelecek.",
                        .subject = "E-imza başvurunuz onaylandı",
                        .text = "{barcode} numaralı başvurunuz kurum yetkilisi tarafından onaylandı.\n\n"
                                "Sırada: {next}.\n\n"
                                "Kartınız kuryeyle yalnızca size teslim edilecek. Teslimat sırasında "
                                "kimlik belgenizi göstermeniz istenir.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "Your e-signature application {barcode} has been approved. Next: {next}. The card "
                               "comes by courier.",
                        .subject = "Your e-signature application has been approved",
                        .text = "Your application {barcode} has been approved by your institution's officer.\n\n"
                                "Next: {next}.\n\n"
                                "Your card will be handed by courier to you alone. You will be asked to show "
                                "an identity document when it is delivered.",
                    },
            },
        },
    [MESSAGE_PRODUCED] =
        {
            "produced",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "{barcode} numaralı başvurunuzun kartı üretildi. Sırada: {next}. Sonra sertifikanızı "
                               "Online İşlemler'den askıdan indirin. Son geçerlilik: {end}",
                        .subject = "E-imza kartınız üretildi",
                        .text =
                            "{barcode} numaralı başvurunuzun kartı üretildi.\n\n"
                            "Sırada: {next}.\n\n"
                            "Güvenliğiniz için sertifikanız şu anda askıdadır ve henüz kullanılamaz. Kart elinize "
                            "ulaşınca Online İşlemler'e girin ve sertifikanızı Askıdan İndir ile kullanıma açın.\n\n"
                            "Sertifikanın geçerlilik sonu: {end}",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms =
                            "The card for your application {barcode} has been made. Next: {next}. Then activate your "
                            "certificate in Online Services. Valid until {end}",
                        .subject = "Your e-signature card has been made",
                        .text = "The card for your application {barcode} has been made.\n\n"
                                "Next: {next}.\n\n"
                                "For your safety the certificate is suspended for now and cannot be used yet. Once you "
                                "hold the card, log in to Online Services and activate the certificate.\n\n"
                                "The certificate is valid until {end}",
                    },
            },
        },
    [MESSAGE_ACTIVATED] =
        {
            "activated",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "Sertifikanız askıdan indirildi, kullanıma açıldı. Son geçerlilik: {end}. Bu işlemi siz "
                               "yapmadıysanız hemen bizi arayın. Seri no: {serial}",
                        .subject = "Sertifikanız kullanıma açıldı",
                        .text = "Sertifikanız askıdan indirildi; artık elektronik imza atabilirsiniz.\n\n"
                                "Seri numarası: {serial}\n"
                                "Geçerlilik sonu: {end}\n\n"
                                "Bu işlemi siz yapmadıysanız hemen çağrı merkezimizi arayın; sertifikanızı askıya "
                                "alalım.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "Your certificate is active. Valid until {end}. If you did not do this, call us at "
                               "once. Serial number: {serial}",
                        .subject = "Your certificate is active",
                        .text = "Your certificate has been activated; you can sign electronically from now on.\n\n"
                                "Serial number: {serial}\n"
                                "Valid until: {end}\n\n"
                                "If you did not do this, call our call centre at once so that we can suspend your "
                                "certificate.",
                    },
            },
        },
    [MESSAGE_PIN_SET] =
        {
            "pin_set",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "{card} numaralı kartınızın PIN kodu {time} tarihinde belirlendi. Bu işlemi siz "
                               "yapmadıysanız hemen bizi arayın.",
                        .subject = "Kartınızın PIN kodu belirlendi",
                        .text =
                            "{card} numaralı kartınızın PIN kodu {time} tarihinde eimza programıyla belirlendi veya "
                            "kilidi çözüldü.\n\nBu işlemi siz yapmadıysanız sertifikanızı askıya almak için hemen "
                            "bizi arayın.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "The PIN of your card {card} was set on {time}. If this was not you, call us at once.",
                        .subject = "The PIN of your card was set",
                        .text = "The PIN of your card {card} was set or unlocked with eimza on {time}.\n\nIf this was "
                                "not you, call us at once to have your certificate suspended.",
                    },
            },
        },
    [MESSAGE_ACCOUNT_MADE] =
        {
            "account_made",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "Sizin için bir görevli hesabı açıldı ({role}): {name}. Tek kullanımlık bağlantıyı "
                               "yöneticiden yalnızca elden alın. Bunu beklemiyorsanız bizi arayın.",
                        .subject = "Sizin için bir görevli hesabı açıldı",
                        .text = "Sizin için bir görevli hesabı açıldı.\n\n"
                                "Göreviniz: {role}\n"
                                "Kullanıcı adınız: {name}\n\n"
                                "Parolanızı ve doğrulayıcı uygulamanızı kuracağınız tek kullanımlık bağlantıyı size "
                                "yönetici elden verir; yedi gün geçerlidir. Bağlantı siz açmadan kullanılmışsa ya da "
                                "bu hesabı beklemiyorsanız hemen bizi arayın.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "A staff account has been made for you ({role}): {name}. Take the one-time link from "
                               "the administrator in person only. If you did not expect this, call us.",
                        .subject = "A staff account has been made for you",
                        .text = "A staff account has been made for you.\n\n"
                                "Your role: {role}\n"
                                "Your user name: {name}\n\n"
                                "The administrator hands you, in person, the one-time link by which you choose your "
                                "password and connect your authenticator app; it is valid for seven days. If it was "
                                "used before you opened it, or if you did not expect this account, call us at once.",
                    },
            },
        },
    [MESSAGE_KEY_REGISTERED] =
        {
            "key_registered",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "Bir anahtarınız sicil defterine yazıldı ({role}). Beklemiyorsanız hemen bizi arayın. "
                               "Özeti: {digest}",
                        .subject = "Bir anahtarınız sicil defterine yazıldı",
                        .text =
                            "Bir anahtarınız kimin ne yapabileceğini söyleyen sicil defterine yazıldı; onunla attığınız "
                            "imzalar artık sayılır.\n\n"
                            "Göreviniz: {role}\n"
                            "Anahtarın özeti (SHA-256): {digest}\n\n"
                            "Bunu beklemiyorsanız hemen bizi arayın.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "A key of yours has been put into the registry ({role}). If you did not expect this, "
                               "call us at once. Key: {digest}",
                        .subject = "A key of yours has been put into the registry",
                        .text = "A key of yours has been put into the registry of who may do what; signatures you make "
                                "with it count from now on.\n\n"
                                "Your role: {role}\n"
                                "Digest of the key (SHA-256): {digest}\n\n"
                                "If you did not expect this, call us at once.",
                    },
            },
        },
    [MESSAGE_KEY_REMOVED] =
        {
            "key_removed",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "Bir anahtarınız sicil defterinden çıkarıldı ({role}); imzaları artık sayılmaz. "
                               "Özeti: {digest}",
                        .subject = "Bir anahtarınız sicil defterinden çıkarıldı",
                        .text =
                            "Bir anahtarınız kimin ne yapabileceğini söyleyen sicil defterinden çıkarıldı; onunla attığınız "
                            "imzalar artık sayılmaz.\n\n"
                            "Göreviniz: {role}\n"
                            "Anahtarın özeti (SHA-256): {digest}\n\n"
                            "Bunu beklemiyorsanız yöneticinize sorun.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "A key of yours has been taken out of the registry ({role}); signatures made with it no "
                               "longer count. Key: {digest}",
                        .subject = "A key of yours has been taken out of the registry",
                        .text = "A key of yours has been taken out of the registry of who may do what; signatures you "
                                "make with it no longer count.\n\n"
                                "Your role: {role}\n"
                                "Digest of the key (SHA-256): {digest}\n\n"
                                "If you did not expect this, ask your administrator.",
                    },
            },
        },
    [MESSAGE_REGISTRY_PROPOSED] =
        {
            "registry_proposed",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "Sicil defterinde değişiklik önerildi (no {number}, öneren {name}). İkinci "
                               "yöneticinin imzasını bekliyor.",
                        .subject = "Sicil defterinde bir değişiklik imzanızı bekliyor",
                        .text =
                            "{name}, {number} numaralı sicil defteri olacak bir değişiklik önerdi. Yürürlüğe girmesi için "
                            "ikinci bir yöneticinin imzası gerekir.\n\n"
                            "Yönetim sayfasında öneriyi açın, neyin değiştiğini okuyun ve yalnızca doğruysa "
                            "imzalayın.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "A change of the registry was proposed (registry {number}, by {name}). It waits for the "
                               "signature of a second administrator.",
                        .subject = "A change of the registry waits for your signature",
                        .text = "{name} has proposed a change that would become registry {number}. To come into force "
                                "it needs the signature of a second administrator.\n\n"
                                "Open the proposal on the administration page, read what changes, and sign it only if "
                                "it is right.",
                    },
            },
        },
};
