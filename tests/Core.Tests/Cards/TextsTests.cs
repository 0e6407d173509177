using System.Text.RegularExpressions;
using Core.Tests.Decisions;
using Engagement.Core.Cards;
using Engagement.Core.Decisions;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Core.Sites;

namespace Core.Tests.Cards;

public sealed class TextsTests
{
    private static readonly CopyLanguage[] _languages = Enum.GetValues<CopyLanguage>();

    [Fact]
    public void Texts_OfEveryCode_StandInFourDifferentLanguages()
    {
        var vector = Visitors.Vector();
        Assert.All(Enum.GetValues<Reasons>().Where(r => r != Reasons.None),
            reason => AssertFour(l => ReasonTexts.Of(reason, vector, l).Text));
        Assert.All(Enum.GetValues<Blockers>().Where(b => b != Blockers.None), blocker => AssertFour(l => BlockerTexts.Of(blocker, l).Text));
        Assert.All(Enum.GetValues<VisitorState>(), state => AssertFour(l => StateTexts.Of(state, l)));

        static void AssertFour(Func<CopyLanguage, string> text)
        {
            Assert.Equal(4, _languages.Select(text).Distinct().Count());
            Assert.All(_languages, l => Assert.Matches(@"^\S.{2,120}$", text(l)));
            Assert.All(_languages, l => Assert.DoesNotContain('_', text(l)));
        }
    }

    [Fact]
    public void ReasonTexts_OfManyOfEverything_AreCountedInEveryLanguage()
    {
        var vector = new float[FeatureSchema.Count];
        Array.Fill(vector, 7);
        vector[(int)Feature.SecondsInCheckout] = 7 * 60;

        foreach (var reason in Enum.GetValues<Reasons>().Where(r => r != Reasons.None))
        {
            var counted = _languages.Select(l => Regex.Match(ReasonTexts.Of(reason, vector, l).Text, @"\d+").Value).Distinct().ToList();
            var number = Assert.Single(counted);
            Assert.True(number is "" or "7" or "8", $"{reason}: {number}");
            Assert.All(_languages, l => Assert.DoesNotMatch(@"\d|\{", ReasonTexts.Uncounted(Codes.Of(reason), l)!.Text));
        }
    }

    [Fact]
    public void ReasonTexts_OfFourSimilarSearches_SayFour() =>
        Assert.Equal("Searched 4 times for similar things", ReasonTexts.Of(Reasons.SimilarSearches, Visitors.Flounderer, CopyLanguage.En).Text);

    [Fact]
    public void ReasonTexts_OfOneSearchWithoutResult_SayOne() =>
        Assert.Equal("A search found nothing",
            ReasonTexts.Of(Reasons.NoResults, Visitors.Vector((Feature.ZeroResultSearches, 1)), CopyLanguage.En).Text);

    [Fact]
    public void ReasonTexts_ForAState_LeaveOutWhatSpeaksForAnother()
    {
        var assessment = Told.Assessment(Visitors.Flounderer.With((Feature.ProductsViewed, 5), (Feature.ComparisonLoops, 3)));

        Assert.Equal(["similar_searches", "no_results", "nothing_opened"], ReasonTexts.For(assessment, Visitors.Site(), CopyLanguage.En).Select(r => r.Code));
    }

    [Fact]
    public void ReasonTexts_WithAModel_PutFirstWhatWeighsMost()
    {
        var site = new SiteModel
        {
            Id = "shop", Mode = SiteMode.Live, Secret = new SiteSecret(new byte[32]), Floundering = PublishedStruggleRules.Instance,
        };
        var contributions = new float[FeatureSchema.Count];
        PublishedStruggleRules.Instance.Explain(Visitors.Flounderer, contributions);
        var run = contributions[(int)Feature.FruitlessRun] + contributions[(int)Feature.FirstTwoQueriesFruitless];
        Assert.True(run > contributions[(int)Feature.SimilarWithinFiveMinutes], "the example no longer shows an order of its own");

        Assert.Equal(["nothing_opened", "similar_searches", "no_results"],
            ReasonTexts.For(Told.Assessment(Visitors.Flounderer), site, CopyLanguage.En).Select(r => r.Code));
    }

    [Fact]
    public void ReasonTexts_WithAModel_SayWhatEachAddsToTheScore_AndNothingWithout()
    {
        var site = new SiteModel
        {
            Id = "shop", Mode = SiteMode.Live, Secret = new SiteSecret(new byte[32]), Floundering = PublishedStruggleRules.Instance,
        };
        var contributions = new float[FeatureSchema.Count];
        PublishedStruggleRules.Instance.Explain(Visitors.Flounderer, contributions);
        var run = contributions[(int)Feature.FruitlessRun] + contributions[(int)Feature.FirstTwoQueriesFruitless];

        var weighed = ReasonTexts.For(Told.Assessment(Visitors.Flounderer), site, CopyLanguage.En);
        Assert.Equal(Math.Round(run, 2), weighed[0].Weight);
        Assert.All(weighed, r => Assert.InRange(r.Weight!.Value, 0, weighed[0].Weight!.Value));
        Assert.All(ReasonTexts.For(Told.Assessment(Visitors.Flounderer), Visitors.Site(), CopyLanguage.En), r => Assert.Null(r.Weight));
    }

    [Theory]
    [InlineData("de-AT", "", CopyLanguage.De)]
    [InlineData("NL", "", CopyLanguage.Nl)]
    [InlineData("es_MX", "", CopyLanguage.Es)]
    [InlineData("fr", "nl", CopyLanguage.Nl)]
    [InlineData("den", "", CopyLanguage.En)]
    [InlineData(null, "", CopyLanguage.En)]
    public void Choose_ByVisitorThenSite_FallsBackToEnglish(string? visitor, string site, CopyLanguage language) =>
        Assert.Equal(language, CopyLanguages.Choose(visitor, Visitors.Site(policy: new SitePolicy { Languages = site.Length == 0 ? [] : [site] })));
}
