using Core.Tests.Features;
using Core.Tests.Pipeline;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Core.Tests.Scoring;

/// <summary>What the trained floundering model promises to whoever chooses it.</summary>
public sealed class ReleasedFlounderingModelTests
{
    private static readonly TreeEnsemble Model = Read();

    private static TreeEnsemble Read()
    {
        var read = TreeEnsembleReader.Read(File.ReadAllBytes(Repository.PathOf("models", "floundering", "model.json")));
        Assert.True(read.IsOk, read.ToString());
        return read.Model;
    }

    private static float[] Row(Visit visit) => [.. Enum.GetValues<Feature>().Select(visit.Value)];

    private static float Score(Visit visit) => Model.Score(Row(visit));

    private static Visit ThreeInVain() => new Visit().Do("page_viewed").Wait(8).Do("search_performed", LogText.Search("return label", 0)).Wait(20)
        .Do("search_performed", LogText.Search("print return label", 0)).Wait(20).Do("search_performed", LogText.Search("returns label missing", 0));

    [Fact]
    public void Score_ThreeSimilarSearchesWithoutResult_ReachesTheThreshold() => Assert.InRange(Score(ThreeInVain()), 0.5f, 1f);

    [Fact]
    public void Score_ReaderAndLookup_AreLeftAlone()
    {
        var reader = new Visit().Do("page_viewed").Wait(5).Do("search_performed", LogText.Search("warranty", 6)).Wait(6).Do("search_result_opened").Do("article_viewed", LogText.Article("a"))
            .Wait(80).Do("article_viewed", LogText.Article("b")).Wait(60).Do("article_viewed", LogText.Article("c"));
        Assert.InRange(Score(reader), 0f, 0.3f);
        var lookup = new Visit().Do("search_performed", LogText.Search("opening hours", 3)).Wait(5).Do("search_result_opened").Do("article_viewed", LogText.Article("a")).Wait(40).Do("page_left");
        Assert.InRange(Score(lookup), 0f, 0.3f);
        Assert.InRange(Score(new Visit().Do("page_viewed").Wait(20).Do("page_viewed")), 0f, 0.1f);
    }

    [Fact]
    public void Score_ArticleOpenedAndKept_NeverRaises()
    {
        var visit = ThreeInVain();
        var before = Score(visit);
        visit.Wait(10).Do("search_performed", LogText.Search("label", 4));
        var searched = Score(visit);
        visit.Wait(70).Do("search_result_opened").Do("article_viewed", LogText.Article("a"));
        var opened = Score(visit);
        visit.Wait(60).Do("page_left");
        Assert.True(opened <= searched && Score(visit) <= opened && Score(visit) < before, $"{before} {searched} {opened} {Score(visit)}");
    }

    [Fact]
    public void Score_MoreInVain_NeverLowersAndMoreReading_NeverRaises() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var row = new float[FeatureSchema.Count];
            for (var i = 0; i < row.Length; i++) row[i] = random.Next(6);
            var before = Model.Margin(row);
            float With(Feature feature)
            {
                var more = row.ToArray();
                more[(int)feature] += 1 + random.Next(3);
                return Model.Margin(more);
            }
            Feature[] rising = [Feature.FruitlessRun, Feature.FruitlessRunMax, Feature.ZeroResultSearches, Feature.RatedNotHelpful, Feature.RageClicks];
            Feature[] falling = [Feature.ResultsOpened, Feature.ArticlesViewed, Feature.ArticleDwellMaxSeconds, Feature.RatedHelpful];
            return rising.All(feature => With(feature) >= before) && falling.All(feature => With(feature) <= before);
        }));

    [Fact]
    public void Score_TimeThatPassesOrAShop_ChangesNothing()
    {
        var row = Row(ThreeInVain());
        var before = Model.Score(row);
        foreach (var feature in new[] { Feature.SecondsInSession, Feature.SecondsSinceLastEvent, Feature.DwellMeanSeconds, Feature.SecondsSinceLastSearch, Feature.CartItems, Feature.Searches })
            row[(int)feature] = 1_000;
        Assert.Equal(before, Model.Score(row));
    }

    [Fact]
    public void File_Manifest_SaysThatItWasSimulated()
    {
        Assert.InRange(Model.Arrays.Roots.Length, 1, 100);
        Assert.Contains("simulated", Model.Manifest!.Data, StringComparison.Ordinal);
        Assert.StartsWith("floundering/", Model.Version, StringComparison.Ordinal);
    }
}
