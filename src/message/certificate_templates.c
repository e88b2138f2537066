/* What is said when an application has its effect on a certificate that its holder has already (spec 01, Reasons). */
#include "message/templates.h"

#define AT(event) ((event)-MESSAGE_SUSPENDED)

const struct message_template message_certificate_templates[AT(MESSAGE_EVENT_COUNT)] = {
    [AT(MESSAGE_SUSPENDED)] =
        {
            "suspended",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "{serial} seri numaralı sertifikanız {time} itibarıyla askıya alındı. Bunu siz "
                               "istemediyseniz hemen bizi arayın.",
                        .subject = "Sertifikanız askıya alındı",
                        .text = "Yaptığınız başvuru nedeniyle sertifikanız askıya alındı:\n\n"
                                "   Seri numarası: {serial}\n"
                                "   Zaman: {time}\n\n"
                                "Bu sertifikayla artık imza atılamaz. Başvurunuz onaylandığında iptal edilir ve bir "
                                "daha kullanılamaz.\n\n"
                                "Başvuruyu siz yapmadıysanız hemen çağrı merkezimizi arayın.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "Your certificate with serial {serial} was suspended on {time}. If you did not want "
                               "this, call us at once.",
                        .subject = "Your certificate has been suspended",
                        .text = "Because of the application you made, your certificate has been suspended:\n\n"
                                "   Serial number: {serial}\n"
                                "   Time: {time}\n\n"
                                "Nobody can sign with it any more. When your application is approved it is revoked "
                                "and cannot be used again.\n\n"
                                "If you did not apply, call our call centre at once.",
                    },
            },
        },
    [AT(MESSAGE_REVOKED)] =
        {
            "revoked",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "{serial} seri numaralı sertifikanız {time} itibarıyla iptal edildi. Bunu siz "
                               "istemediyseniz hemen bizi arayın.",
                        .subject = "Sertifikanız iptal edildi",
                        .text = "Yerine yenisi verildiği için sertifikanız iptal edildi:\n\n"
                                "   Seri numarası: {serial}\n"
                                "   Zaman: {time}\n\n"
                                "İptal geri alınamaz. O güne kadar attığınız imzalar geçerliliğini korur.\n\n"
                                "Bunu siz istemediyseniz hemen çağrı merkezimizi arayın.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "Your certificate with serial {serial} was revoked on {time}. If you did not want "
                               "this, call us at once.",
                        .subject = "Your certificate has been revoked",
                        .text = "As a new one takes its place, your certificate has been revoked:\n\n"
                                "   Serial number: {serial}\n"
                                "   Time: {time}\n\n"
                                "This cannot be undone. What you signed until then stays valid.\n\n"
                                "If you did not want this, call our call centre at once.",
                    },
            },
        },
    [AT(MESSAGE_PRODUCED_RENEWAL)] =
        {
            "produced_renewal",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms =
                            "{barcode}: yeni kartınız üretildi. Şimdiki sertifikanız {present} tarihine kadar geçerli; yeni "
                            "karta o zamana kadar dokunmayın. Yenisinin bitişi: {end}",
                        .subject = "Yeni kartınız üretildi; şimdiki sertifikanız bitene kadar kullanmayın",
                        .text =
                            "{barcode} numaralı yenileme başvurunuzun kartı üretildi. Kurye elden teslim eder.\n\n"
                            "   Şimdiki sertifikanızın bitişi: {present}\n"
                            "   Yeni sertifikanızın bitişi: {end}\n\n"
                            "O zamana kadar eski kartınızla imzalamaya devam edin ve yeni karta dokunmayın. Şimdiki "
                            "sertifikanızın bitişini eimza programının Kart İzleme ekranında, Online İşlemler'de "
                            "Sertifika Listele altında görebilir veya çağrı merkezimize sorabilirsiniz.\n\n"
                            "O tarihten sonra yeni sertifikanızı Online İşlemler'de etkinleştirin.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "{barcode}: your new card is made. Leave it alone until your present certificate ends, "
                               "{present}. The new one ends {end}",
                        .subject = "Your new card is made; leave it alone until the present certificate ends",
                        .text = "The card of your renewal {barcode} is made. The courier delivers it by hand.\n\n"
                                "   End of your present certificate: {present}\n"
                                "   End of your new certificate: {end}\n\n"
                                "Until then go on signing with the old card and leave the new one alone. When your "
                                "present certificate ends you can see in the card monitor of eimza, in the online "
                                "services under the list of certificates, or ask our call centre.\n\n"
                                "After that date, activate the new certificate in the online services.",
                    },
            },
        },
    [AT(MESSAGE_LOCKED)] =
        {
            "locked",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms =
                            "{time} itibarıyla adınıza yeni sertifika üretilmiyor. Kilidi siz koymadıysanız hemen bizi "
                            "arayın.",
                        .subject = "Adınıza sertifika üretimi kilitlendi",
                        .text =
                            "Online İşlemler'den istendiği gibi, {time} itibarıyla adınıza yeni sertifika üretilmiyor.\n\n"
                            "Elinizdeki sertifikalar geçerliliğini korur. Süren bir başvurunuz varsa bekler; kilit "
                            "açıldığında kaldığı yerden sürer.\n\n"
                            "Kilidi Online İşlemler'de, Adıma Sertifika Üretimi altında, elektronik imzanızla "
                            "açabilirsiniz; imzanızdan 72 saat sonra açılır.\n\n"
                            "Kilidi siz koymadıysanız hemen çağrı merkezimizi arayın.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms = "From {time} no new certificate is made in your name. If you did not lock this, call us "
                               "at once.",
                        .subject = "Certificates in your name have been locked",
                        .text =
                            "As was asked for in the online services, from {time} no new certificate is made in your "
                            "name.\n\n"
                            "The certificates that you have stay valid. An application that is under way waits, and "
                            "goes on where it was when you unlock.\n\n"
                            "You unlock in the online services, under Certificates in my name, with your electronic "
                            "signature; it takes effect 72 hours after you signed.\n\n"
                            "If you did not lock this, call our call centre at once.",
                    },
            },
        },
    [AT(MESSAGE_UNLOCK_ASKED)] =
        {
            "unlock_asked",
            {
                [LANGUAGE_TURKISH] =
                    {
                        .sms = "Adınıza sertifika üretimi {end} tarihinde yeniden açılacak. Bunu siz istemediyseniz "
                               "Online İşlemler'de hemen kilitleyin ve bizi arayın.",
                        .subject = "Adınıza sertifika üretiminin kilidi açılıyor",
                        .text =
                            "Kilidin açılması elektronik imzanızla istendi. Kilidin açılacağı zaman: {end}\n\n"
                            "O zamana kadar adınıza sertifika üretilmez. Vazgeçmek için Online İşlemler'de, Adıma "
                            "Sertifika Üretimi altında yeniden kilitleyin.\n\n"
                            "Bunu siz istemediyseniz kartınız başkasının elinde olabilir: hemen yeniden kilitleyin ve "
                            "çağrı merkezimizi arayın.",
                    },
                [LANGUAGE_ENGLISH] =
                    {
                        .sms =
                            "Certificates in your name will be made again from {end}. If you did not want this, lock "
                            "again online at once and call us.",
                        .subject = "Certificates in your name are being unlocked",
                        .text =
                            "The lock is to end, as your electronic signature asked. It ends: {end}\n\n"
                            "Until then no certificate is made in your name. If you change your mind, lock again in "
                            "the online services, under Certificates in my name.\n\n"
                            "If you did not want this, somebody else may have your card: lock again at once, and call "
                            "our call centre.",
                    },
            },
        },
};
