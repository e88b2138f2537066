// Steps that several stories take, by keyboard.
import { formValues, password, securityWord } from '../../flow/lib/story.mjs';

/** The demo shows the answer of the picture below it. */
export async function answerPicture(person) {
  const answer = (await person.page.innerText('.divit-demo-answer strong')).trim();
  await person.fill('Type the characters in the picture', answer);
}

/** Fills in the log-in page of the application, with these changes, and sends it. */
export async function logIn(person, someone, changes = {}) {
  const values = { ...someone, ...changes };
  await answerPicture(person);
  await person.fill('Identity number', values.identity_number);
  await person.fill('Given names', values.given_names);
  await person.fill('Surname', values.surname);
  await person.fill('Place of birth', values.birth_place);
  await person.fill('Date of birth', values.birth_date);
  await person.fill('Staff number', values.staff_number);
  await person.press('Continue');
}

/** Into the administrators' desk, by password and code. */
export async function logInAtDesk(person, account) {
  await person.open('/yonetim');
  await person.fill('User name', account.officer.user_name);
  await person.fill('Password', password);
  await person.press('Continue');
  await person.fill('Enter the code from your authenticator app', await account.freshCode());
  await person.press('Log in');
}

/** Fills in the whole form and goes on to checking it. */
export async function fillForm(person, someone) {
  await person.choose('Term of the certificate', /^3/);
  await person.choose('Card reader', 'Mini card reader');
  await person.choose('VPN/logon certificate', 'Not requested');
  await person.fill('Security word', securityWord);
  await person.fill('Security word again', securityWord);
  await person.fill('Unit', formValues.unit);
  await person.fill('Title', formValues.title);
  await person.fill('Address of the institution or unit', formValues.address);
  await person.choose('Province', formValues.province);
  await person.press('Show the districts of this province');
  await person.choose('District', formValues.district);
  await person.fill('Postal code', formValues.postal_code);
  await person.fill('E-mail', someone.email);
  await person.fill('Work telephone', formValues.work_phone);
  await person.fill('Mobile telephone', someone.mobile);
  await person.choose('Mobile operator', 'Turkcell');
  await person.choose('Notification channel', 'E-mail and SMS');
  await person.press('Continue');
}
