using System.Collections.Immutable;

namespace Engagement.Core.Cards;

/// <summary>
/// A subject that shops and help centres have in common, such as returns, and how searches name it: what a need is read as where no model has learnt the
/// visitor's language. Immutable, thread-safe; cold path.
/// </summary>
/// <param name="Name">For the card.</param>
/// <param name="About">For an opener, with its preposition, which in German asks for a case.</param>
/// <param name="IsBroad">Whether it stands back where the same search names a narrower one: an order is cancelled, an account has a password.</param>
/// <param name="Beginnings">Beginnings of words that name it, lower case, by language in the order of <see cref="CopyLanguage"/>.</param>
internal sealed record CommonSubject(Phrase Name, Phrase About, bool IsBroad, ImmutableArray<string[]> Beginnings)
{
    /// <summary>
    /// The one subject that a search names in this language; null where it names none, or several. Of a compound the longest beginning counts: a
    /// Lieferadresse is an address.
    /// </summary>
    public static CommonSubject? Of(string search, CopyLanguage language)
    {
        CommonSubject[] named = [.. Words.Of(search).Select(word => OfWord(word, language)).OfType<CommonSubject>().Distinct()];
        CommonSubject[] narrow = [.. named.Where(subject => !subject.IsBroad)];
        return narrow.Length == 1 ? narrow[0] : narrow.Length == 0 && named.Length == 1 ? named[0] : null;
    }

    // One instance for each subject: they are told apart by reference.
    public bool Equals(CommonSubject? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    private static CommonSubject? OfWord(string word, CopyLanguage language)
    {
        var (best, length) = ((CommonSubject?)null, 0);
        foreach (var subject in All)
        {
            foreach (var beginning in subject.Beginnings[(int)language])
                if (beginning.Length > length && word.StartsWith(beginning, StringComparison.Ordinal)) (best, length) = (subject, beginning.Length);
        }
        return best;
    }

    private static CommonSubject Make(Phrase name, Phrase about, string en, string de, string nl, string es, bool isBroad = false) =>
        new(name, about, isBroad, [en.Split(' '), de.Split(' '), nl.Split(' '), es.Split(' ')]);

    internal static readonly ImmutableArray<CommonSubject> All =
    [
        Make(
            new("Returns", "Rücksendung", "Retourneren", "Devoluciones"), new("about returns", "zur Rücksendung", "over retourneren", "sobre las devoluciones"),
            "return", "rücksend ruecksend rucksend rückgab zurücksend zurückschick zurückgeb retour", "retour terugstu terugzend", "devol devuel"),
        Make(
            new("Refund", "Erstattung", "Terugbetaling", "Reembolso"), new("about a refund", "zur Erstattung", "over een terugbetaling", "sobre un reembolso"),
            "refund reimburs", "erstatt rückerstatt rückzahl", "terugbetal terugbetaal restitu", "reembols"),
        Make(
            new("Delivery", "Lieferung", "Bezorging", "Envío"), new("about the delivery", "zur Lieferung", "over de bezorging", "sobre el envío"),
            "deliver shipping shipment", "liefer versand zustell", "bezorg levering levertijd verzend", "envío envio entrega"),
        Make(
            new("Invoice", "Rechnung", "Factuur", "Factura"), new("about the invoice", "zur Rechnung", "over de factuur", "sobre la factura"),
            "invoice billing", "rechnung", "factu", "factur"),
        Make(
            new("Payment", "Zahlung", "Betaling", "Pago"), new("about the payment", "zur Zahlung", "over de betaling", "sobre el pago"),
            "payment pay", "zahl bezahl", "betal betaal", "pago pagar"),
        Make(
            new("Password", "Passwort", "Wachtwoord", "Contraseña"), new("about the password", "zum Passwort", "over het wachtwoord", "sobre la contraseña"),
            "password passcode", "passwort passwört kennwort", "wachtwoord", "contraseñ contrasen"),
        Make(
            new("Warranty", "Garantie", "Garantie", "Garantía"), new("about the warranty", "zur Garantie", "over de garantie", "sobre la garantía"),
            "warrant guarant", "garanti gewährleist", "garanti", "garantí garanti"),
        Make(
            new("Cancellation", "Stornierung", "Annulering", "Cancelación"), new("about cancelling", "zur Stornierung", "over annuleren", "sobre la cancelación"),
            "cancel", "storn", "annul", "cancel anul"),
        Make(
            new("Address", "Adresse", "Adres", "Dirección"), new("about the address", "zur Adresse", "over het adres", "sobre la dirección"),
            "address", "adress lieferadress rechnungsadress", "adres bezorgadres factuuradres", "direcci"),
        Make(
            new("Vouchers", "Gutscheine", "Tegoedbonnen", "Cupones"), new("about vouchers", "zu Gutscheinen", "over tegoedbonnen", "sobre los cupones"),
            "voucher coupon giftcard", "gutschein geschenkkarte", "tegoedbon cadeaubon cadeaukaart", "cupón cupon"),
        Make(
            new("Repair", "Reparatur", "Reparatie", "Reparación"), new("about a repair", "zur Reparatur", "over een reparatie", "sobre una reparación"),
            "repair", "reparatur reparier ersatzteil", "repar", "repar"),
        Make(
            new("Assembly", "Aufbau", "Montage", "Montaje"), new("about the assembly", "zum Aufbau", "over de montage", "sobre el montaje"),
            "assembl", "aufbau montage montier", "montage monteren monteer", "montaje montar"),
        Make(
            new("Order", "Bestellung", "Bestelling", "Pedido"), new("about the order", "zur Bestellung", "over de bestelling", "sobre el pedido"),
            "order", "bestell", "bestel", "pedido", isBroad: true),
        Make(
            new("Account", "Kundenkonto", "Account", "Cuenta"), new("about the account", "zum Kundenkonto", "over het account", "sobre la cuenta"),
            "account", "konto kundenkonto benutzerkonto", "account", "cuenta", isBroad: true),
    ];
}
