/* What is said of changed contact data, and of applications that wait for their applicant. */
#include "message/templates.h"

#define AT(event) ((event)-MESSAGE_CONTACT_CHANGED)

const struct message_template message_waiting_templates[AT(MESSAGE_SUSPENDED)] = {
    [AT(MESSAGE_CONTACT_CHANGED)] =
        {
            "contact_changed",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "Adınıza yapılan e-imza başvurusunda yeni iletişim bilgileri var: {changes} ({time}). "
                               "Siz yapmadıysanız {page} sayfasında şu kodla itiraz edin: {objection}",
                        .subject = "Adınıza yapılan başvuruda yeni iletişim bilgileri var",
                        .text = "Adınıza bir nitelikli elektronik sertifika başvurusu yapıldı. Başvurudaki iletişim "
                                "bilgileri, bizde daha önceden bulunanlardan farklı:\n\n"
                                "   Yeni bilgiler: {changes}\n"
                                "   Zaman: {time}\n\n"
                                "Başvuruyu siz yaptıysanız bu ileti için bir şey yapmanız gerekmez.\n\n"
                                "Siz yapmadıysanız hemen itiraz edin: {page} sayfasını açın ve şu kodu yazın. Başvuru "
                                "durdurulur; giriş yapmanız gerekmez.\n\n"
                                "   İtiraz kodu: {objection}",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "An e-signature application in your name has new contact data: {changes} ({time}). If "
                               "it is not yours, object at {page} with this code: {objection}",
                        .subject = "An application in your name has new contact data",
                        .text =
                            "Somebody applied for a qualified electronic certificate in your name. The contact data "
                            "of the application differ from those we knew before:\n\n"
                            "   New data: {changes}\n"
                            "   Time: {time}\n\n"
                            "If you applied, there is nothing to do about this message.\n\n"
                            "If you did not, object at once: open {page} and type this code. The application is "
                            "stopped; you need not log in.\n\n"
                            "   Code of objection: {objection}",
                    },
            },
        },
    [AT(MESSAGE_CONFIRMATION_ASKED)] =
        {
            "confirmation_asked",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "{barcode} numaralı e-imza başvurunuz onayınızı bekliyor. Sırada, başvuru sayfasında: "
                               "{next}.",
                        .subject = "E-imza başvurunuz onayınızı bekliyor",
                        .text =
                            "{barcode} numaralı başvurunuzdaki iletişim bilgileri, daha önceden bilinenlerden farklı. "
                            "Başvuruyu sizin yaptığınızı onaylamanız gerekiyor.\n\n"
                            "Sırada: {next}.\n\n"
                            "Başvurunuza yeniden girin ve önceden bilinen telefonunuza gönderilecek kodu yazın, "
                            "ya da başvuruyu elektronik imzanızla imzalayın.\n\n"
                            "O telefon artık sizde değilse başvuru sayfası ne yapacağınızı söyler; kurum yetkilinize "
                            "veya çağrı merkezimize de danışabilirsiniz.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "Your e-signature application {barcode} waits for your confirmation. Next, on its "
                               "page: {next}.",
                        .subject = "Your e-signature application waits for your confirmation",
                        .text =
                            "The contact data of your application {barcode} differ from those known before. You need "
                            "to confirm that it is yours.\n\n"
                            "Next: {next}.\n\n"
                            "Go to your application again and type the code that is sent to the telephone known "
                            "from before, or sign the application electronically.\n\n"
                            "If you no longer have that telephone, the page says what to do; you can also ask "
                            "your institution's officer or our call centre.",
                    },
            },
        },
    [AT(MESSAGE_OBJECTED)] =
        {
            "objected",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "Adınıza yapılan e-imza başvurusu, önceden bilinen bir iletişim adresinden itiraz "
                               "edildiği için durduruldu ({time}).",
                        .subject = "Adınıza yapılan başvuru durduruldu",
                        .text =
                            "Adınıza yapılan nitelikli elektronik sertifika başvurusuna, önceden bilinen bir iletişim "
                            "adresinizden itiraz edildi ({time}). Başvuru reddedildi; bu başvuru için kart "
                            "üretilmeyecek.\n\n"
                            "Başvuru sizindiyse kurumunuzun personel kaydındaki iletişim bilgilerinizi düzelttirip "
                            "yeniden başvurun. Bilgilerinizi bir başkası kullandıysa kurum yetkilinize veya çağrı "
                            "merkezimize haber verin.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "The e-signature application in your name was stopped: an earlier contact of yours "
                               "objected to it ({time}).",
                        .subject = "The application in your name was stopped",
                        .text = "One of your contacts known from before objected to the application for a qualified "
                                "electronic certificate in your name ({time}). It is rejected; no card will be made "
                                "for it.\n\n"
                                "If the application was yours, have your contact data corrected in your institution's "
                                "staff register and apply anew. If somebody else used your details, tell your "
                                "institution's officer or our call centre.",
                    },
            },
        },
    [AT(MESSAGE_OBJECTED_OFFICER)] =
        {
            "objected_officer",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "{barcode} numaralı başvuruya, kişinin önceden bilinen bir adresinden itiraz edildi. "
                               "Başvuru reddedildi; işlem yapmayın.",
                        .subject = "Bir başvuruya itiraz edildi",
                        .text = "{barcode} numaralı başvuruya, kişinin önceden bilinen bir iletişim adresinden itiraz "
                                "edildi. Başvuru reddedildi ve artık onaylanamaz.\n\n"
                                "Elinizde formu varsa saklayın ve kişiyle görüşün: bilgilerini bir başkası kullanmış "
                                "olabilir.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms =
                            "An earlier contact of the person objected to the application {barcode}. It is rejected; "
                            "do nothing more with it.",
                        .subject = "An application was objected to",
                        .text =
                            "An earlier contact of the person objected to the application {barcode}. It is rejected "
                            "and cannot be approved any more.\n\n"
                            "If you have its form, keep it and talk to the person: somebody else may have used "
                            "their details.",
                    },
            },
        },
    [AT(MESSAGE_REMINDER)] =
        {
            "reminder",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "E-imza başvurunuz sizi bekliyor ({state}). {end} tarihine kadar bir işlem yapmazsanız "
                               "başvuru zaman aşımına uğrar.",
                        .subject = "E-imza başvurunuz sizi bekliyor",
                        .text =
                            "Nitelikli elektronik sertifika başvurunuz sizi bekliyor.\n\n"
                            "   Durumu: {state}\n\n"
                            "{end} tarihine kadar bir işlem yapmazsanız başvuru zaman aşımına uğrar; o zaman yeniden başvurmanız "
                            "gerekir.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "Your e-signature application waits for you ({state}). Unless you go on by {end}, it "
                               "lapses.",
                        .subject = "Your e-signature application waits for you",
                        .text = "Your application for a qualified electronic certificate waits for you.\n\n"
                                "   State: {state}\n\n"
                                "Unless you go on with it by {end}, it lapses, and you would have to apply anew.",
                    },
            },
        },
    [AT(MESSAGE_LAPSED)] =
        {
            "lapsed",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms =
                            "E-imza başvurunuz, beklenen işlem yapılmadığı için zaman aşımına uğradı ({state}). İstediğiniz zaman "
                            "yeniden başvurabilirsiniz.",
                        .subject = "E-imza başvurunuz zaman aşımına uğradı",
                        .text =
                            "Nitelikli elektronik sertifika başvurunuz, beklenen işlem yapılmadığı için zaman aşımına uğradı; bu "
                            "başvuru için kart üretilmeyecek.\n\n"
                            "   Son durumu: {state}\n\n"
                            "İstediğiniz zaman yeniden başvurabilirsiniz.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "Your e-signature application has lapsed, as it was not gone on with ({state}). You can "
                               "apply anew at any time.",
                        .subject = "Your e-signature application has lapsed",
                        .text =
                            "Your application for a qualified electronic certificate has lapsed, as it was not gone "
                            "on with; no card will be made for it.\n\n"
                            "   Its last state: {state}\n\n"
                            "You can apply anew at any time.",
                    },
            },
        },
};
