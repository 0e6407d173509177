using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Core.Tests.Decisions;
using Core.Tests.Needs;
using Engagement.Core.Cards;
using Engagement.Core.Events;
using Engagement.Core.Sites;

namespace Core.Tests.Cards;

/// <summary>Fifty sessions in four languages: what their openers say stands in <c>openers.golden.txt</c>, to be read.</summary>
public sealed class OpenerGoldenTests
{
    private const int Sessions = 50;

    private static readonly SiteModel _site = new() { Id = "shop", Mode = SiteMode.Live, Secret = new SiteSecret(new byte[32]), Need = TrainedNeeds.Model };

    private static readonly (string Language, string[] Searches, string[] Products)[] _told =
    [
        ("en", ["return label", "print the return label", "return label not in parcel", "my invoice as pdf", "forgotten password", "order 48151623 where", "order 48151623", "warranty oak shelf", "oak shelf warranty screws"], ["Alder shelf", "Blue lamp 40"]),
        ("de", ["Rücksendeetikett", "Rücksendeetikett drucken", "Retoure ohne Beleg", "Rechnung per Post", "Rechnung als PDF", "Garantie Regal Eiche", "Garantie für Regal", "Passwort vergessen"], ["Regal Erle", "Lampe blau"]),
        ("nl", ["retourlabel", "retourlabel printen", "factuur per post", "factuur downloaden", "wachtwoord vergeten", "garantie plank eiken", "garantie op plank"], ["Plank els", "Blauwe lamp"]),
        ("es", ["etiqueta de devolución", "imprimir etiqueta de devolución", "factura por correo", "factura en PDF", "contraseña olvidada", "garantía estante roble"], ["Estante aliso", "Lámpara azul"]),
    ];

    private static IEnumerable<(SessionEvidence Evidence, ContextCard Card)> Generate()
    {
        var random = new Random(20261130);
        for (var i = 0; i < Sessions; i++)
        {
            var (language, searches, products) = _told[i % _told.Length];
            var begin = random.Next(searches.Length);
            var evidence = new SessionEvidence(
                [.. Enumerable.Range(0, 1 + random.Next(3)).Select(j => new QueryEvidence(searches[(begin + j) % searches.Length], 0, SearchScope.Help, Visitors.Noon, 0))],
                [.. products.Take(random.Next(3)).Select(p => Told.Page(p, PageKind.Product, 2 + random.Next(4)))],
                [.. products.Take(random.Next(2)).Select(p => new CartEvidence(p, 1 + random.Next(3), 20))], language);
            yield return (evidence, CardComposer.Compose(
                Told.Assessment(i % 5 == 4 ? Visitors.Comparer : Visitors.Flounderer, purposeful: 0.8f), evidence, _site));
        }
    }

    [Fact]
    public void Openers_OfFiftySessions_ReciteNothingOfTheTrail()
    {
        var withTopic = 0;
        foreach (var (evidence, card) in Generate())
        {
            var opener = Split(card.SuggestedOpener);
            var trail = evidence.Queries.Select(q => q.Text).Concat(evidence.Pages.Select(p => p.Label)).Concat(evidence.Cart.Select(c => c.Label)).Select(Split);
            foreach (var text in trail)
                for (var i = 0; i + 3 <= text.Length; i++) Assert.False(Holds(opener, text[i..(i + 3)]), $"{card.SuggestedOpener} recites {string.Join(' ', text)}");
            foreach (var product in evidence.Pages.Select(p => p.Label)) Assert.False(Holds(opener, Split(product)), $"{card.SuggestedOpener} names {product}");
            Assert.DoesNotMatch(@"\d|\{|_|  ", card.SuggestedOpener);
            Assert.Matches(@"^[¡A-Z]\S.*[?.]$", card.SuggestedOpener);
            if (card.SuggestedOpener.IndexOfAny(['“', '„', '‘', '«']) >= 0) withTopic++;
        }
        Assert.InRange(withTopic, 10, Sessions);
    }

    [Fact]
    public void Openers_OfFiftySessions_AreThoseThatWereRead()
    {
        var lines = Generate().Select((s, i) => $"{i + 1,2} {s.Card.Language} {s.Card.State,-11} {s.Card.SuggestedOpener}   [{string.Join(" | ", s.Evidence.Queries.Select(q => q.Text))}]");
        var text = string.Join('\n', lines) + "\n";
        var path = GoldenPath();
        // To write it anew after a change that was meant, delete the file and run this once; then read it.
        if (!File.Exists(path)) File.WriteAllText(path, text);

        Assert.Equal(File.ReadAllText(path), text);
    }

    private static string[] Split(string text) => Words.Normalise(text).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static bool Holds(string[] words, string[] run) => Enumerable.Range(0, Math.Max(0, words.Length - run.Length + 1)).Any(i => words.AsSpan(i, run.Length).SequenceEqual(run));

    private static string GoldenPath([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "openers.golden.txt");
}
