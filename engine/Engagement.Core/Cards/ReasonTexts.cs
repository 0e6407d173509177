using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Engagement.Core.Decisions;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Core.Sites;

namespace Engagement.Core.Cards;

/// <summary>What a reason is read from: when the visitor strikes it, the reason goes with it.</summary>
public enum EvidenceKind : byte { None = 0, Query, Page, Cart }

/// <summary>
/// Reasons in words, the same for the visitor and the agent: what happened, counted, never what kind of person does so. No text of the visitor's
/// stands in them. Pure, thread-safe.
/// </summary>
public static class ReasonTexts
{
    /// <summary>Reasons on one card or answer: more are noise.</summary>
    public const int ReasonsMax = 5;

    private const Reasons OfHelp = Reasons.SimilarSearches | Reasons.RepeatedSearch | Reasons.NoResults | Reasons.NothingOpened | Reasons.QuickBacks
        | Reasons.PogoSticking | Reasons.ArticleHopping | Reasons.RatedNotHelpful;

    private const Reasons OfPurchase = Reasons.ComparingProducts | Reasons.ReturningToProduct | Reasons.CartWaiting | Reasons.CartRemoved
        | Reasons.CheckoutHesitation | Reasons.CheckoutRetreat | Reasons.LikelyToBuy;

    private const Reasons OfPage = Reasons.RageClicks | Reasons.FormErrors | Reasons.Stillness;

    private const Reasons OfCalm = Reasons.OrderCompleted | Reasons.ReadingAtLength | Reasons.RatedHelpful | Reasons.FoundResult
        | Reasons.CheckoutMoving | Reasons.LookingAround | Reasons.JustArrived;

    /// <summary>A reason's words: counted, uncounted, the count, the features whose contributions speak for it, and what it is read from.</summary>
    private sealed record Entry(Phrase? Many, Phrase Plain, Func<float[], float>? Count, EvidenceKind Kind, params Feature[] Features);

    /// <summary>The reasons that speak for a state, those that weigh most in the model's score first, at most <see cref="ReasonsMax"/>.</summary>
    public static ImmutableArray<CodedText> For(Assessment assessment, SiteModel site, CopyLanguage language) =>
        [.. Ranked(assessment, site).Select(r => Of(r, assessment.Features, language))];

    /// <summary>One reason in words, filled from the features.</summary>
    public static CodedText Of(Reasons reason, float[] features, CopyLanguage language)
    {
        var entry = _entries[reason];
        var count = entry.Count?.Invoke(features) ?? 0;
        var text = entry.Many is { } many && count >= 2
            ? string.Format(CultureInfo.InvariantCulture, many.In(language), (int)Math.Min(count, 99))
            : entry.Plain.In(language);
        return new CodedText(Codes.Of(reason), text);
    }

    /// <summary>One reason in words that count nothing: what is left of it when some of what was counted has been struck.</summary>
    public static CodedText Uncounted(Reasons reason, CopyLanguage language) => new(Codes.Of(reason), _entries[reason].Plain.In(language));

    /// <summary>What a reason is read from; by its code, as it comes back in a card. None for unknown codes.</summary>
    public static EvidenceKind KindOf(string code) => _byCode.TryGetValue(code, out var reason) ? _entries[reason].Kind : EvidenceKind.None;

    /// <summary>The reason of a code; false for an unknown one.</summary>
    public static bool TryRead(string code, out Reasons reason) => _byCode.TryGetValue(code, out reason);

    internal static IEnumerable<Reasons> Ranked(Assessment assessment, SiteModel site)
    {
        var relevant = Codes.Split(assessment.Reasons & RelevantTo(assessment.State)).ToArray();
        var model = assessment.State switch
        {
            VisitorState.Floundering => site.Floundering,
            VisitorState.Purposeful => site.Purposeful,
            _ => null,
        };
        if (model is null || relevant.Length < 2 || assessment.Features.Length != FeatureSchema.Count) return relevant.Take(ReasonsMax);
        var contributions = new float[FeatureSchema.Count];
        model.Explain(assessment.Features, contributions);
        return relevant.OrderByDescending(r => _entries[r].Features.Sum(f => contributions[(int)f])).ThenBy(r => r).Take(ReasonsMax);
    }

    /// <summary>Which reasons speak for a state: that something was found once is no reason for Floundering, though it holds.</summary>
    private static Reasons RelevantTo(VisitorState state) => state switch
    {
        VisitorState.Floundering => OfHelp | OfPage,
        VisitorState.Purposeful => OfPurchase | OfPage,
        VisitorState.Unknown => OfHelp | OfPurchase | OfPage | Reasons.JustArrived,
        _ => OfCalm,
    };

    private static Func<float[], float> Value(Feature feature, float plus = 0) => f => f[(int)feature] + plus;

    private static readonly FrozenDictionary<Reasons, Entry> _entries = new Dictionary<Reasons, Entry>
    {
        [Reasons.SimilarSearches] = new(
            new("Searched {0} times for similar things", "{0}-mal nach Ähnlichem gesucht", "{0} keer naar iets soortgelijks gezocht",
                "Ha buscado {0} veces algo parecido"),
            new("Searched for similar things", "Nach Ähnlichem gesucht", "Naar iets soortgelijks gezocht", "Ha buscado algo parecido"),
            Value(Feature.Reformulations, 1), EvidenceKind.Query,
            Feature.Reformulations, Feature.LastQuerySimilarity, Feature.SimilarWithinFiveMinutes, Feature.Searches, Feature.HelpSearches),
        [Reasons.RepeatedSearch] = new(
            new("Repeated a search {0} times", "Eine Suche {0}-mal wiederholt", "Een zoekopdracht {0} keer herhaald", "Ha repetido una búsqueda {0} veces"),
            new("Repeated a search", "Eine Suche wiederholt", "Een zoekopdracht herhaald", "Ha repetido una búsqueda"),
            Value(Feature.RepeatedQueries), EvidenceKind.Query, Feature.RepeatedQueries),
        [Reasons.NoResults] = new(
            new("{0} searches found nothing", "{0} Suchen ohne Ergebnis", "{0} zoekopdrachten zonder resultaat", "{0} búsquedas sin resultados"),
            new("A search found nothing", "Eine Suche ohne Ergebnis", "Een zoekopdracht zonder resultaat", "Una búsqueda sin resultados"),
            Value(Feature.ZeroResultSearches), EvidenceKind.Query, Feature.ZeroResultSearches),
        [Reasons.NothingOpened] = new(
            new("The last {0} searches led nowhere", "Die letzten {0} Suchen führten nicht weiter", "De laatste {0} zoekopdrachten leverden niets op",
                "Las últimas {0} búsquedas no han llevado a nada"),
            new("The last searches led nowhere", "Die letzten Suchen führten nicht weiter", "De laatste zoekopdrachten leverden niets op",
                "Las últimas búsquedas no han llevado a nada"),
            Value(Feature.FruitlessRun), EvidenceKind.Query,
            Feature.FruitlessRun, Feature.FruitlessRunMax, Feature.FirstTwoQueriesFruitless, Feature.ResultsOpened),
        [Reasons.QuickBacks] = new(
            new("Came straight back from {0} results", "Von {0} Ergebnissen gleich zurückgekehrt", "Van {0} resultaten meteen teruggekomen",
                "Ha vuelto enseguida de {0} resultados"),
            new("Came straight back from a result", "Von einem Ergebnis gleich zurückgekehrt", "Van een resultaat meteen teruggekomen",
                "Ha vuelto enseguida de un resultado"),
            Value(Feature.QuickBacks), EvidenceKind.Query, Feature.QuickBacks),
        [Reasons.PogoSticking] = new(null,
            new("Opened one result after another", "Ein Ergebnis nach dem anderen geöffnet", "Het ene resultaat na het andere geopend",
                "Ha abierto un resultado tras otro"),
            null, EvidenceKind.Query, Feature.PogoSticks),
        [Reasons.ArticleHopping] = new(null,
            new("Went from article to article", "Von Artikel zu Artikel gegangen", "Van artikel naar artikel gegaan", "Ha ido de artículo en artículo"),
            null, EvidenceKind.Page, Feature.ArticleHops, Feature.ArticlesViewed),
        [Reasons.RatedNotHelpful] = new(
            new("Said that {0} articles did not help", "{0} Artikel als nicht hilfreich bewertet", "Aangegeven dat {0} artikelen niet hielpen",
                "Ha indicado que {0} artículos no ayudaron"),
            new("Said that an article did not help", "Einen Artikel als nicht hilfreich bewertet", "Aangegeven dat een artikel niet hielp",
                "Ha indicado que un artículo no ayudó"),
            Value(Feature.RatedNotHelpful), EvidenceKind.Page, Feature.RatedNotHelpful),
        [Reasons.RageClicks] = new(null,
            new("Something on the page did not respond", "Etwas auf der Seite reagierte nicht", "Iets op de pagina reageerde niet",
                "Algo de la página no respondió"),
            null, EvidenceKind.None, Feature.RageClicks),
        [Reasons.FormErrors] = new(
            new("A form gave {0} errors", "Ein Formular meldete {0} Fehler", "Een formulier gaf {0} fouten", "Un formulario ha dado {0} errores"),
            new("A form gave an error", "Ein Formular meldete einen Fehler", "Een formulier gaf een fout", "Un formulario ha dado un error"),
            Value(Feature.FormErrors), EvidenceKind.None, Feature.FormErrors),
        [Reasons.ComparingProducts] = new(null,
            new("Went back and forth between products", "Zwischen Produkten hin und her gewechselt", "Heen en weer gegaan tussen producten",
                "Ha ido y vuelto entre productos"),
            null, EvidenceKind.Page, Feature.ComparisonLoops, Feature.DistinctProducts, Feature.CategorySwitches),
        [Reasons.ReturningToProduct] = new(
            new("Looked at one product {0} times", "Ein Produkt {0}-mal angesehen", "Eén product {0} keer bekeken", "Ha mirado un producto {0} veces"),
            new("Came back to a product", "Zu einem Produkt zurückgekehrt", "Naar een product teruggekomen", "Ha vuelto a un producto"),
            Value(Feature.ProductViewsMax), EvidenceKind.Page, Feature.ProductRevisits, Feature.ProductViewsMax, Feature.ProductsViewed),
        [Reasons.CartWaiting] = new(
            new("{0} things are waiting in the cart", "{0} Dinge warten im Warenkorb", "{0} dingen wachten in het winkelmandje", "{0} cosas esperan en el carrito"),
            new("Something is waiting in the cart", "Etwas wartet im Warenkorb", "Er wacht iets in het winkelmandje", "Algo espera en el carrito"),
            Value(Feature.CartItems), EvidenceKind.Cart,
            Feature.CartItems, Feature.CartValue, Feature.CartAdditions, Feature.SecondsSinceCartAddition),
        [Reasons.CartRemoved] = new(
            new("Took {0} things out of the cart", "{0} Dinge aus dem Warenkorb genommen", "{0} dingen uit het winkelmandje gehaald",
                "Ha sacado {0} cosas del carrito"),
            new("Took something out of the cart", "Etwas aus dem Warenkorb genommen", "Iets uit het winkelmandje gehaald", "Ha sacado algo del carrito"),
            Value(Feature.CartRemovals), EvidenceKind.Cart, Feature.CartRemovals),
        [Reasons.CheckoutHesitation] = new(
            new("The checkout has been open for {0} minutes", "Die Kasse ist seit {0} Minuten offen", "De kassa staat {0} minuten open",
                "El pago lleva {0} minutos abierto"),
            new("The checkout is open and waiting", "Die Kasse ist offen und wartet", "De kassa staat open en wacht", "El pago está abierto y a la espera"),
            f => MathF.Floor(f[(int)Feature.SecondsInCheckout] / 60), EvidenceKind.None, Feature.SecondsInCheckout, Feature.InCheckout),
        [Reasons.CheckoutRetreat] = new(null,
            new("Left the checkout to look again", "Die Kasse verlassen, um noch einmal nachzusehen", "De kassa verlaten om nog eens te kijken",
                "Ha salido del pago para volver a mirar"),
            null, EvidenceKind.None, Feature.CheckoutRetreats),
        [Reasons.Stillness] = new(null,
            new("Then it was quiet for a while", "Danach war es eine Weile still", "Daarna was het even stil", "Después hubo un rato de calma"),
            null, EvidenceKind.None, Feature.SecondsSinceLastEvent, Feature.DwellLastSeconds),
        [Reasons.LikelyToBuy] = new(null,
            new("Seems close to a decision", "Scheint kurz vor einer Entscheidung", "Lijkt dicht bij een beslissing", "Parece cerca de decidirse"),
            null, EvidenceKind.None),
        [Reasons.OrderCompleted] = new(null,
            new("The order is complete", "Die Bestellung ist abgeschlossen", "De bestelling is afgerond", "El pedido está completo"),
            null, EvidenceKind.None),
        [Reasons.ReadingAtLength] = new(null, new("Is reading", "Liest gerade", "Is aan het lezen", "Está leyendo"), null, EvidenceKind.Page),
        [Reasons.RatedHelpful] = new(null,
            new("Said that an article helped", "Einen Artikel als hilfreich bewertet", "Aangegeven dat een artikel hielp", "Ha indicado que un artículo ayudó"),
            null, EvidenceKind.Page),
        [Reasons.FoundResult] = new(null,
            new("Found a result and went on with it", "Ein Ergebnis gefunden und damit weitergemacht", "Een resultaat gevonden en ermee verdergegaan",
                "Ha encontrado un resultado y ha seguido con él"),
            null, EvidenceKind.Query),
        [Reasons.CheckoutMoving] = new(null,
            new("The checkout is moving along", "Die Kasse geht voran", "Het afrekenen gaat vooruit", "El pago avanza"), null, EvidenceKind.None),
        [Reasons.LookingAround] = new(null, new("Is looking around", "Sieht sich um", "Kijkt rond", "Está mirando"), null, EvidenceKind.Page),
        [Reasons.JustArrived] = new(null, new("Has only just arrived", "Ist gerade erst gekommen", "Is er nog maar net", "Acaba de llegar"), null, EvidenceKind.None),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, Reasons> _byCode = _entries.Keys.ToFrozenDictionary(Codes.Of, r => r, StringComparer.Ordinal);
}

/// <summary>The five states in words, the same for the visitor and the agent.</summary>
public static class StateTexts
{
    private static readonly ImmutableArray<Phrase> _texts =
    [
        new("Too early to say", "Noch nicht zu sagen", "Nog te vroeg om te zeggen", "Aún es pronto para saberlo"),
        new("Looking around", "Sieht sich um", "Kijkt rond", "Mirando"),
        new("Getting there", "Kommt voran", "Komt er wel", "Por buen camino"),
        new("Choosing, and not yet sure", "Wählt aus und ist noch nicht sicher", "Aan het kiezen, en nog niet zeker", "Eligiendo, aún sin decidirse"),
        new("Searching and not finding", "Sucht und findet nicht", "Zoekt en vindt het niet", "Busca y no encuentra"),
    ];

    public static string Of(VisitorState state, CopyLanguage language) => _texts[(int)state].In(language);
}
