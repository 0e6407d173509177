using System.Collections.Immutable;
using Engagement.Core.Sites;

namespace Engagement.Core.Cards;

/// <summary>What a card does not know, said plainly, so that nobody takes it for more than it is. Pure, thread-safe.</summary>
public static class NotKnownTexts
{
    internal const string ResultCounts = "result_counts";

    private static readonly Phrase _identity = new("Who this is: nobody asked", "Wer das ist: niemand hat gefragt", "Wie dit is: niemand heeft het gevraagd",
        "Quién es: nadie lo ha preguntado");
    private static readonly Phrase _earlier = new("Earlier visits: they are never looked at", "Frühere Besuche: sie werden nie angesehen",
        "Eerdere bezoeken: die worden nooit bekeken", "Visitas anteriores: nunca se miran");
    private static readonly Phrase _hiddenPages = new("Some pages of the site: they are never read", "Manche Seiten der Website: sie werden nie gelesen",
        "Sommige pagina's van de site: die worden nooit gelezen", "Algunas páginas del sitio: nunca se leen");
    private static readonly Phrase _searches = new("No search was seen", "Es war keine Suche zu sehen", "Er was geen zoekopdracht te zien",
        "No se ha visto ninguna búsqueda");
    private static readonly Phrase _counts = new("How much some searches found: the site did not say", "Wie viel manche Suchen fanden: die Website sagte es nicht",
        "Hoeveel sommige zoekopdrachten vonden: de site zei het niet", "Cuánto encontraron algunas búsquedas: el sitio no lo indicó");
    private static readonly Phrase _cart = new("No cart was seen", "Es war kein Warenkorb zu sehen", "Er was geen winkelmandje te zien", "No se ha visto ningún carrito");

    public static ImmutableArray<CodedText> For(
        SiteModel site, ImmutableArray<CardQuery> queries, ImmutableArray<CardItem> cart, CopyLanguage language)
    {
        var texts = ImmutableArray.CreateBuilder<CodedText>();
        texts.Add(new CodedText("identity", _identity.In(language)));
        texts.Add(new CodedText("earlier_visits", _earlier.In(language)));
        if (!site.PagesNeverRead.IsEmpty) texts.Add(new CodedText("pages_never_read", _hiddenPages.In(language)));
        if (queries.IsEmpty) texts.Add(new CodedText("searches", _searches.In(language)));
        if (queries.Any(q => q.ResultCount is null)) texts.Add(new CodedText(ResultCounts, _counts.In(language)));
        if (cart.IsEmpty) texts.Add(new CodedText("cart", _cart.In(language)));
        return texts.ToImmutable();
    }
}
