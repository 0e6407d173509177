// First and last sentences an agent may send with one key, in the visitor's language. They say who is there and promise nothing.
const sentences: Record<string, readonly string[]> = {
  en: ['Hello, a person here. How can I help?', 'One moment, I am looking it up.', 'Did that answer it?', 'Thank you for writing. All the best.'],
  de: ['Hallo, hier ist ein Mensch. Wie kann ich helfen?', 'Einen Moment, ich sehe nach.', 'Ist das damit beantwortet?', 'Danke für Ihre Nachricht. Alles Gute.'],
  nl: ['Hallo, u spreekt met een mens. Waarmee kan ik helpen?', 'Een ogenblik, ik zoek het op.', 'Is uw vraag daarmee beantwoord?', 'Dank voor uw bericht. Het beste.'],
  es: ['Hola, aquí una persona. ¿En qué puedo ayudar?', 'Un momento, lo estoy mirando.', '¿Queda resuelto así?', 'Gracias por escribir. Que vaya bien.'],
};

export const cannedIn = (language: string): readonly string[] => sentences[language.slice(0, 2).toLowerCase()] ?? sentences.en!;
