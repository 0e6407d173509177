using System.Collections.Immutable;
using Engagement.Core.Needs;

namespace Engagement.Training.Needs;

/// <summary>Names of topics for people to read.</summary>
public static class NeedTopics
{
    /// <summary>A topic named after its id: underscores as blanks, a capital first.</summary>
    public static NeedTopic Named(string id)
    {
        var words = string.Join(' ', id.Split(['_', ' ', '?'], StringSplitOptions.RemoveEmptyEntries));
        return Of(id, words.Length == 0 ? id : char.ToUpperInvariant(words[0]) + words[1..]);
    }

    public static NeedTopic Of(string id, string en) => new(id, ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("en", en)]));

    /// <summary>The intents of Bitext's customer service data in the four languages; the wording is ours.</summary>
    public static readonly ImmutableArray<NeedTopic> Retail =
    [
        Of("cancel_order", "Cancelling an order", "Bestellung stornieren", "Bestelling annuleren", "Cancelar un pedido"),
        Of("change_order", "Changing an order", "Bestellung ändern", "Bestelling wijzigen", "Modificar un pedido"),
        Of("change_shipping_address", "Changing the delivery address", "Lieferadresse ändern", "Bezorgadres wijzigen", "Cambiar la dirección de entrega"),
        Of("check_cancellation_fee", "Cancellation fee", "Stornogebühr", "Annuleringskosten", "Gastos de cancelación"),
        Of("check_invoice", "Checking an invoice", "Rechnung prüfen", "Factuur controleren", "Consultar una factura"),
        Of("check_payment_methods", "Ways to pay", "Zahlungsarten", "Betaalmethoden", "Formas de pago"),
        Of("check_refund_policy", "Refund rules", "Regeln für Erstattungen", "Regels voor terugbetaling", "Condiciones de reembolso"),
        Of("complaint", "Making a complaint", "Beschwerde", "Klacht", "Poner una reclamación"),
        Of("contact_customer_service", "Reaching customer service", "Kundendienst erreichen", "Klantenservice bereiken", "Contactar con atención al cliente"),
        Of("contact_human_agent", "Speaking to a person", "Mit einem Menschen sprechen", "Een mens spreken", "Hablar con una persona"),
        Of("create_account", "Opening an account", "Konto anlegen", "Account aanmaken", "Crear una cuenta"),
        Of("delete_account", "Closing an account", "Konto löschen", "Account opheffen", "Eliminar una cuenta"),
        Of("delivery_options", "Delivery options", "Lieferarten", "Bezorgopties", "Opciones de entrega"),
        Of("delivery_period", "Delivery time", "Lieferzeit", "Levertijd", "Plazo de entrega"),
        Of("edit_account", "Changing account details", "Kontodaten ändern", "Accountgegevens wijzigen", "Modificar los datos de la cuenta"),
        Of("get_invoice", "Getting an invoice", "Rechnung erhalten", "Factuur ontvangen", "Obtener una factura"),
        Of("get_refund", "Getting a refund", "Geld zurückbekommen", "Geld terugkrijgen", "Obtener un reembolso"),
        Of("newsletter_subscription", "Newsletter", "Newsletter", "Nieuwsbrief", "Boletín de noticias"),
        Of("payment_issue", "Trouble with a payment", "Problem mit einer Zahlung", "Probleem met een betaling", "Problema con un pago"),
        Of("place_order", "Placing an order", "Etwas bestellen", "Iets bestellen", "Hacer un pedido"),
        Of("recover_password", "Forgotten password", "Passwort vergessen", "Wachtwoord vergeten", "Contraseña olvidada"),
        Of("registration_problems", "Trouble with signing up", "Problem bei der Anmeldung", "Probleem bij het registreren", "Problema con el registro"),
        Of("review", "Leaving a review", "Bewertung abgeben", "Beoordeling geven", "Dejar una reseña"),
        Of("set_up_shipping_address", "Adding a delivery address", "Lieferadresse anlegen", "Bezorgadres toevoegen", "Añadir una dirección de entrega"),
        Of("switch_account", "Switching accounts", "Konto wechseln", "Van account wisselen", "Cambiar de cuenta"),
        Of("track_order", "Following an order", "Bestellung verfolgen", "Bestelling volgen", "Seguir un pedido"),
        Of("track_refund", "Following a refund", "Erstattung verfolgen", "Terugbetaling volgen", "Seguir un reembolso"),
    ];

    private static NeedTopic Of(string id, string en, string de, string nl, string es) => new(
        id, ImmutableSortedDictionary.CreateRange(
            StringComparer.Ordinal, [KeyValuePair.Create("en", en), KeyValuePair.Create("de", de), KeyValuePair.Create("nl", nl), KeyValuePair.Create("es", es)]));
}
