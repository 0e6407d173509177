using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Core.Tests.Decisions;
using Core.Tests.Needs;
using Engagement.Core.Cards;
using Engagement.Core.Decisions;
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

    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    [InlineData("nl")]
    [InlineData("es")]
    public void Openers_OfFlounderersWhoseNeedIsClear_AskAboutItInEveryLanguage(string language)
    {
        CopyLanguages.TryRead(language, out var copy);
        var plain = OpenerTexts.For(VisitorState.Floundering, new Need("", false, null), copy);
        var openers = Generate().Where(s => s.Card.Language == language && s.Card.State == VisitorState.Floundering && s.Card.NeedIsClear)
            .Select(s => s.Card.SuggestedOpener).ToArray();

        Assert.InRange(openers.Length, 5, Sessions);
        Assert.DoesNotContain(plain, openers);
    }

    [Theory]
    [InlineData("de", "Passwort vergessen", "Hallo! Was möchten Sie zum Passwort wissen? Ich sehe gern mit Ihnen nach.")]
    [InlineData("de", "Lieferadresse falsch", "Hallo! Was möchten Sie zur Adresse wissen? Ich sehe gern mit Ihnen nach.")]
    [InlineData("nl", "bestelling annuleren", "Hallo! Wat wilt u weten over annuleren? Ik kijk graag met u mee.")]
    [InlineData("es", "imprimir etiqueta de devolución", "¡Hola! ¿Qué le gustaría saber sobre las devoluciones? Con mucho gusto lo miramos juntos.")]
    [InlineData("en", "oak shelf warranty", "Hello! What would you like to know about the warranty? I will gladly look with you.")]
    [InlineData("de", "Rechnung für Garantie", "Hallo! Was möchten Sie finden? Ich sehe gern mit Ihnen nach.")]
    [InlineData("es", "estante roble", "¡Hola! ¿Qué le gustaría encontrar? Con mucho gusto lo miramos juntos.")]
    [InlineData("de", "contraseña", "Hallo! Was möchten Sie finden? Ich sehe gern mit Ihnen nach.")]
    public void Opener_OfASearchThatNamesOneCommonSubject_AsksAboutThat(string language, string search, string opener) =>
        Assert.Equal(opener, CardComposer.Compose(Told.Assessment(Visitors.Flounderer), Told.Searches(search) with { Language = language }, _site).SuggestedOpener);

    [Fact]
    public void Opener_WhereASubjectIsWhatAProductIsCalled_DoesNotNameIt() => Assert.Equal(
        "Hallo! Was möchten Sie finden? Ich sehe gern mit Ihnen nach.",
        CardComposer.Compose(
            Told.Assessment(Visitors.Flounderer), Told.Searches("Gutscheine einlösen") with { Language = "de", Pages = [Told.Page("Gutscheinen", PageKind.Product)] }, _site)
            .SuggestedOpener);

    [Fact]
    public void Opener_WhereHerSearchHasThatVeryPhrase_DoesNotReciteIt() => Assert.Equal(
        "¡Hola! ¿Qué le gustaría encontrar? Con mucho gusto lo miramos juntos.",
        CardComposer.Compose(Told.Assessment(Visitors.Flounderer), Told.Searches("sobre la garantía") with { Language = "es" }, _site).SuggestedOpener);

    [Fact]
    public void Need_OfSearchesThatShareNothing_IsTheSubjectOfTheLatest()
    {
        var card = CardComposer.Compose(Told.Assessment(Visitors.Flounderer), Told.Searches("Regal Eiche", "Passwort vergessen") with { Language = "de" }, _site);

        Assert.Equal(("Passwort", true), (card.Need, card.NeedIsClear));
        Assert.False(card.WithStruck([card.Queries[1].Id], _site).SuggestedOpener.Contains("Passwort", StringComparison.Ordinal));
    }

    [Fact]
    public void CommonSubjects_InEveryLanguage_AreToldApartByTheirBeginnings()
    {
        foreach (var language in Enum.GetValues<CopyLanguage>())
        {
            var beginnings = CommonSubject.All.SelectMany(s => s.Beginnings[(int)language]).ToArray();
            Assert.Equal(beginnings.Distinct(), beginnings);
            Assert.All(beginnings, b => Assert.Equal(b.ToLowerInvariant(), b));
        }
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
