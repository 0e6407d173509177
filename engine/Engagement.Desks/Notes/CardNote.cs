using System.Globalization;
using Engagement.Core.Cards;
using Engagement.Desks.Delivery;

namespace Engagement.Desks.Notes;

/// <summary>A heading and what stands under it; raw text.</summary>
internal sealed record NoteSection(string Title, IReadOnlyList<string> Lines);

/// <summary>
/// A card as a note of headings and lines, the same for every desk. All text is raw, and much of it was typed by a stranger: whoever renders it encodes
/// it for where it goes. Headings are English; what stands under them is in the card's language. Pure, thread-safe.
/// </summary>
internal static class CardNote
{
    /// <summary>One line on top: what kind of visitor, for subject lines and notifications. Holds nothing that she typed.</summary>
    public static string TitleOf(AcceptedCard accepted) => $"A visitor waits for a conversation: {accepted.Card.StateText}";

    public static IReadOnlyList<NoteSection> Compose(AcceptedCard accepted)
    {
        var card = accepted.Card;
        var sections = new List<NoteSection>();
        void Add(string title, IEnumerable<string> lines)
        {
            string[] all = [.. lines.Where(line => line.Length > 0)];
            if (all.Length > 0) sections.Add(new NoteSection(title, all));
        }

        if (card.Question is { } question) Add("She asks", [question]);
        Add("Need", [card.Need]);
        Add("Suggested opener", [card.SuggestedOpener]);
        Add("Why", card.Reasons.Select(reason => reason.Text));
        Add("Searches", card.Queries.Select(Describe));
        Add("Pages", card.Pages.Select(Describe));
        Add("Cart", card.Cart.Select(Describe));
        Add("Articles that may help", card.Articles.Select(article => $"{article.Title} ({article.Url})"));
        if (card.Answer is { } answer) Add("Answer", [answer.Text]);
        Add("Not known", card.NotKnown.Select(unknown => unknown.Text));
        Add("Reference", [accepted.Offer.ToString()]);
        return sections;
    }

    private static string Describe(CardQuery query) => string.Create(CultureInfo.InvariantCulture,
        $"{query.Text} ({(query.ResultCount is { } count ? $"{count} results" : "results not known")}, opened {query.Opened}, searched {query.Times} times)");

    private static string Describe(CardPage page) => string.Create(CultureInfo.InvariantCulture, $"{page.Label} ({page.Visits} visits, {page.DwellSeconds} s)");

    private static string Describe(CardItem item) => item.Price is { } price
        ? string.Create(CultureInfo.InvariantCulture, $"{item.Quantity} × {item.Label} (each {price:0.##})")
        : string.Create(CultureInfo.InvariantCulture, $"{item.Quantity} × {item.Label}");
}
