using System.Text;
using System.Text.RegularExpressions;
using Core.Tests.Decisions;
using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Core.Sites;

namespace Core.Tests.Cards;

public sealed class ReasonWordsTests
{
    private static readonly CopyLanguage[] _languages = Enum.GetValues<CopyLanguage>();

    [Fact]
    public void Shipped_EveryReasonAndFamily_HasWordsInEveryLanguage()
    {
        string[] codes = [.. Enum.GetValues<Reasons>().Where(r => r != Reasons.None).Select(Codes.Of), .. Enum.GetValues<FeatureFamily>().Select(FeatureFamilies.CodeOf)];
        Assert.Equal(codes.Order(), ReasonTexts.AllCodes.Order());
        foreach (var code in codes)
        {
            var texts = _languages.Select(l => ReasonWords.Shipped.Of(code, l)).ToList();
            Assert.Equal(_languages.Length, texts.Select(t => t.Plain).Distinct().Count());
            Assert.All(texts, t => Assert.Matches(@"^[^{}_\d]{3,120}$", t.Plain));
            Assert.All(texts, t => Assert.Equal(ReasonTexts.IsCounted(code), t.Many is not null));
            Assert.All(texts, t => Assert.True(t.Many is null || Regex.Count(t.Many, @"\{0\}") == 1, t.Many));
        }
    }

    [Fact]
    public void Families_EveryFeature_HasOneWithWordsInEveryLanguage() =>
        Assert.All(Enum.GetValues<Feature>(), f => Assert.All(_languages, l => Assert.NotEmpty(ReasonWords.Shipped.Of(FeatureFamilies.CodeOf(FeatureFamilies.Of(f)), l).Plain)));

    [Fact]
    public void With_TheSitesOwnWords_StandOnCardInvitationAndExplanationAlike()
    {
        var site = Site(words: Own("""{"language": "en", "reasons": {"similar_searches": {"plain": "Asked much the same", "many": "Asked much the same {0} times"}}}"""));
        var assessment = Told.Assessment(Visitors.Flounderer, site: site);
        const string told = "Asked much the same 4 times";

        var card = CardComposer.Compose(assessment, Told.Searches("one", "two", "three", "four"), site);
        Assert.Equal(told, TextOf(card.Reasons));
        Assert.Equal(told, TextOf(InvitationComposer.Compose(default, assessment, site, "en", Visitors.Noon, Visitors.Noon).Why!));
        Assert.Equal(told, TextOf(CardComposer.Reserve(card).Reasons));
        Assert.Equal("Asked much the same", TextOf(card.WithStruck([card.Queries[0].Id], site).Reasons));

        static string TextOf(IEnumerable<CodedText> reasons) => reasons.Single(r => r.Code == "similar_searches").Text;
    }

    [Fact]
    public void With_OneLanguage_LeavesTheOthers()
    {
        var words = Own("""{"language": "de", "reasons": {"no_results": {"plain": "Nichts gefunden"}}}""");
        Assert.Equal(new ReasonText("Nichts gefunden", null), words.Of("no_results", CopyLanguage.De));
        Assert.Equal(ReasonWords.Shipped.Of("no_results", CopyLanguage.En), words.Of("no_results", CopyLanguage.En));
        Assert.Equal(ReasonWords.Shipped.Of("quick_backs", CopyLanguage.De), words.Of("quick_backs", CopyLanguage.De));
    }

    [Theory]
    [InlineData("$", "[]")]
    [InlineData("$", "{")]
    [InlineData("$.language", """{"language": "fr", "reasons": {}}""")]
    [InlineData("$.language", """{"language": "../en", "reasons": {}}""")]
    [InlineData("$.reasons", """{"language": "en"}""")]
    [InlineData("$.reasons", """{"language": "en", "reasons": "all"}""")]
    [InlineData("$.words", """{"language": "en", "reasons": {}, "words": {}}""")]
    [InlineData("$.reasons.no_result", """{"language": "en", "reasons": {"no_result": {"plain": "None found"}}}""")]
    [InlineData("$.reasons.no_results", """{"language": "en", "reasons": {"no_results": "None found"}}""")]
    [InlineData("$.reasons.no_results", """{"language": "en", "reasons": {"no_results": {"plain": "None found"}, "no_results": {"plain": "None at all"}}}""")]
    [InlineData("$.reasons.no_results.plain", """{"language": "en", "reasons": {"no_results": {"many": "None {0} times"}}}""")]
    [InlineData("$.reasons.no_results.plain", """{"language": "en", "reasons": {"no_results": {"plain": "None {0} times"}}}""")]
    [InlineData("$.reasons.no_results.plain", """{"language": "en", "reasons": {"no_results": {"plain": "<b onclick=x>None</b>"}}}""")]
    [InlineData("$.reasons.no_results.plain", """{"language": "en", "reasons": {"no_results": {"plain": "None {agent}"}}}""")]
    [InlineData("$.reasons.no_results.plain", """{"language": "en", "reasons": {"no_results": {"plain": "See https://evil.example"}}}""")]
    [InlineData("$.reasons.no_results.plain", """{"language": "en", "reasons": {"no_results": {"plain": "None\u202E"}}}""")]
    [InlineData("$.reasons.no_results.plain", """{"language": "en", "reasons": {"no_results": {"plain": "None\nfound"}}}""")]
    [InlineData("$.reasons.no_results.plain", """{"language": "en", "reasons": {"no_results": {"plain": "12345"}}}""")]
    [InlineData("$.reasons.no_results.plain", """{"language": "en", "reasons": {"no_results": {"plain": ""}}}""")]
    [InlineData("$.reasons.no_results.plain", """{"language": "en", "reasons": {"no_results": {"plain": 3}}}""")]
    [InlineData("$.reasons.no_results.many", """{"language": "en", "reasons": {"no_results": {"plain": "None found", "many": "None found"}}}""")]
    [InlineData("$.reasons.no_results.many", """{"language": "en", "reasons": {"no_results": {"plain": "None found", "many": "None {0} of {0}"}}}""")]
    [InlineData("$.reasons.no_results.many", """{"language": "en", "reasons": {"no_results": {"plain": "None found", "many": "None {0:D9999999}"}}}""")]
    [InlineData("$.reasons.pogo_sticking.many", """{"language": "en", "reasons": {"pogo_sticking": {"plain": "One by one", "many": "One by one {0} times"}}}""")]
    [InlineData("$.reasons.about_cart.many", """{"language": "en", "reasons": {"about_cart": {"plain": "The cart", "many": "The cart of {0}"}}}""")]
    public void With_AHostileOrWrongFile_NamesTheKeyAndChangesNothing(string path, string json)
    {
        var errors = new List<ReasonWordsError>();
        var words = ReasonWords.Shipped.With(Encoding.UTF8.GetBytes(json), errors);
        Assert.Contains(path, errors.Select(e => e.Path));
        Assert.All(errors, e => Assert.NotEmpty(e.Message));
        Assert.Same(ReasonWords.Shipped, words);
    }

    [Fact]
    public void With_SeveralFaults_NamesThemAll()
    {
        var errors = new List<ReasonWordsError>();
        ReasonWords.Shipped.With(
            """{"language": "en", "reasons": {"no_results": {"plain": "<i>"}, "nothing": {}, "stillness": {"plain": "ok", "why": 1}}}"""u8, errors);
        Assert.Equal(
            ["$.reasons.no_results.plain", "$.reasons.nothing", "$.reasons.stillness.plain", "$.reasons.stillness.why"], errors.Select(e => e.Path).Order());
    }

    [Fact]
    public void With_CutOrFlippedBytes_NeverThrowsAndLetsNothingUnfitIn()
    {
        var random = new Random(17);
        var file = ReasonWords.BytesOf(CopyLanguage.Es);
        for (var i = 0; i < 500; i++)
        {
            var bytes = file[..(i % 5 == 0 ? random.Next(file.Length) : file.Length)];
            for (var flips = random.Next(1, 4); flips > 0 && bytes.Length > 0; flips--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            var words = ReasonWords.Shipped.With(bytes, []);
            foreach (var code in ReasonTexts.AllCodes)
            {
                var text = words.Of(code, CopyLanguage.Es);
                Assert.Equal(CleanText.Of(text.Plain, 1_000), text.Plain);
                Assert.DoesNotMatch("[<>{}]", text.Plain);
            }
        }
    }

    [Fact]
    public void With_TooLargeAFile_IsRefused()
    {
        var errors = new List<ReasonWordsError>();
        ReasonWords.Shipped.With(new byte[1024 * 1024], errors);
        Assert.Equal("$", Assert.Single(errors).Path);
    }

    [Fact]
    public void For_AModel_LeavesOutWhatTakesFromTheScoreAndNamesWhatElseAdds()
    {
        var site = Site(new StatedModel((Feature.ZeroResultSearches, -0.4f), (Feature.FruitlessRun, 0.3f), (Feature.SecondsInSession, 0.9f), (Feature.PriceMean, 0.05f),
            (Feature.CartValue, -2f), (Feature.QuickBacks, 0.5f)));
        Assert.Equal(["nothing_opened", "similar_searches", "about_visit", "about_results"], CodesOf(site, PrivacyScope.All));
    }

    [Fact]
    public void For_AModelThatSpeaksAgainstEveryReason_KeepsThem()
    {
        var site = Site(new StatedModel((Feature.ZeroResultSearches, -1), (Feature.FruitlessRun, -2), (Feature.Reformulations, -3)));
        Assert.Equal(["no_results", "nothing_opened", "similar_searches"], CodesOf(site, PrivacyScope.All));
    }

    [Fact]
    public void For_WhatConsentDoesNotCover_IsNotSaid()
    {
        var site = Site(new StatedModel((Feature.SecondsInSession, 0.9f)));
        Assert.Contains("about_visit", CodesOf(site, PrivacyScope.All));
        Assert.DoesNotContain(CodesOf(site, PrivacyScope.Score), code => code.StartsWith("about_", StringComparison.Ordinal));
        Assert.NotEmpty(CodesOf(site, PrivacyScope.Score));

        // Decided while she agreed, asked after she no longer does.
        Assert.Empty(CodesOf(site, PrivacyScope.None));
        Assert.Empty(CodesOf(site, PrivacyScope.Train | PrivacyScope.Share));
    }

    [Fact]
    public void WithStruck_AllSearches_TakesTheFamiliesReadFromThem()
    {
        var site = Site(new StatedModel((Feature.QuickBacks, 0.5f), (Feature.SecondsInSession, 0.9f)));
        var card = CardComposer.Compose(Told.Assessment(Visitors.Flounderer), Told.Searches("one", "two"), site);
        Assert.Contains("about_results", card.Reasons.Select(r => r.Code));

        Assert.Contains("about_results", card.WithStruck([card.Queries[0].Id]).Reasons.Select(r => r.Code));
        Assert.Equal(["about_visit"], card.WithStruck([.. card.EvidenceIds]).Reasons.Select(r => r.Code));
        Assert.Empty(card.WithOnly([]).Reasons);
    }

    private static IEnumerable<string> CodesOf(SiteModel site, PrivacyScope privacy) =>
        ReasonTexts.For(Told.Assessment(Visitors.Flounderer) with { Privacy = privacy }, site, CopyLanguage.En).Select(r => r.Code);

    private static ReasonWords Own(string json)
    {
        var errors = new List<ReasonWordsError>();
        var words = ReasonWords.Shipped.With(Encoding.UTF8.GetBytes(json), errors);
        Assert.Empty(errors);
        return words;
    }

    private static SiteModel Site(IPropensityModel? floundering = null, ReasonWords? words = null) => new()
    {
        Id = "shop", Mode = SiteMode.Live, Secret = new SiteSecret(new byte[32]), Floundering = floundering, ReasonWords = words ?? ReasonWords.Shipped,
    };

    /// <summary>Contributions as stated, whatever the row.</summary>
    private sealed class StatedModel(params (Feature Feature, float Weight)[] stated) : IPropensityModel
    {
        public string Version => "stated/1";

        public float Score(ReadOnlySpan<float> features) => 0.8f;

        public float Explain(ReadOnlySpan<float> features, Span<float> contributions)
        {
            contributions.Clear();
            foreach (var (feature, weight) in stated) contributions[(int)feature] = weight;
            return 0;
        }
    }
}
