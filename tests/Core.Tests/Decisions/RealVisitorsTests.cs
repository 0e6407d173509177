using System.Globalization;
using System.Text;
using Core.Tests.Cards;
using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Core.Sites;

namespace Core.Tests.Decisions;

/// <summary>Visitors as their events tell them, through the whole pipeline: no vector is made by hand here.</summary>
public sealed class RealVisitorsTests
{
    private readonly EngagementPipeline _pipeline = new();
    private readonly PipelineOutput _output = new();
    private readonly SiteCatalog _sites;
    private readonly SiteModel _site;
    private readonly VisitorKey _visitor = new(3, 4);
    private Instant _now = Visitors.Noon;
    private int _events;

    public RealVisitorsTests()
    {
        _site = new SiteModel
        {
            Id = "shop",
            Mode = SiteMode.Live,
            Consent = ConsentRule.NotRequired,
            Secret = new SiteSecret(new byte[32]),
            Floundering = PublishedStruggleRules.Instance,
            Purposeful = new EagerBuyer(),
        };
        _sites = new SiteCatalog([_site], 1);
    }

    /// <summary>Sees a buyer in everybody: whom it makes Purposeful hangs on the evidence alone.</summary>
    private sealed class EagerBuyer : IPropensityModel
    {
        public string Version => "eager/1";
        public float Score(ReadOnlySpan<float> features) => 0.95f;
        public float Explain(ReadOnlySpan<float> features, Span<float> contributions) => 0;
    }

    /// <summary>One event <paramref name="after"/> seconds; wishes are answered with nobody free, so that the session goes on undisturbed.</summary>
    private Assessment Do(string type, double after, string body = "")
    {
        Pass(after);
        Apply($$"""
            {"v":1,"id":"e{{++_events}}","site":"shop","visitor":"{{_visitor}}","type":"{{type}}","occurredAt":"{{Text(_now)}}","receivedAt":"{{Text(_now)}}"{{body}}}
            """);
        return _pipeline.Snapshot(_pipeline.Find(_visitor)!);
    }

    /// <summary>Time passes, told to the pipeline by ticks as an idle worker does.</summary>
    private Assessment? Pass(double seconds)
    {
        for (var left = seconds; left > 0; left -= 5)
        {
            _now += TimeSpan.FromSeconds(Math.Min(5, left));
            Apply($$"""{"v":1,"type":"tick","receivedAt":"{{Text(_now)}}"}""");
        }
        return _pipeline.Find(_visitor) is { } session ? _pipeline.Snapshot(session) : null;
    }

    private void Apply(string record)
    {
        var outcome = _pipeline.Apply(Encoding.UTF8.GetBytes(record), _events, _sites, _output);
        Assert.True(outcome is RecordOutcome.Applied or RecordOutcome.Tick, $"{outcome}: {record}");
        foreach (var wish in _output.Wishes.ToArray()) _pipeline.Resolve(wish, OfferResolution.NobodyFree, Instant.Never, _sites, _output);
        _output.Clear();
    }

    private static string Text(Instant at) => at.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private Assessment Search(string query, int results, double after = 20) =>
        Do("search_performed", after, $$""","search":{"query":"{{query}}","resultCount":{{results}},"scope":"help"}""");

    private Assessment View(string product, double after = 15) =>
        Do("product_viewed", after, $$""","product":{"id":"{{product}}","name":"{{product}}","price":20}""");

    [Fact]
    public void SimilarHelpSearchesWithoutResult_FlounderByTheFourth()
    {
        Do("page_viewed", 0);
        var states = new[] { "return label", "print return label", "return label where", "print label for return" }.Select(q => Search(q, 0)).ToList();

        Assert.Equal([VisitorState.Unknown, VisitorState.Unknown, VisitorState.Floundering, VisitorState.Floundering], states.Select(s => s.State));
        Assert.Equal(Blockers.NobodyFree, states[^1].Blockers);
        Assert.Equal("Searched 4 times for similar things",
            ReasonTexts.For(states[^1], _site, CopyLanguage.En).Single(r => r.Code == "similar_searches").Text);
    }

    [Fact]
    public void SimilarHelpSearchesOfWhichNothingIsOpened_FlounderByTheFourth()
    {
        Do("page_viewed", 0);
        var states = new[] { "return label", "print return label", "return label where", "print label for return" }.Select(q => Search(q, 5).State).ToList();

        Assert.Equal(VisitorState.Floundering, states[^1]);
    }

    [Fact]
    public void AFloundererWhoFindsAndReads_IsLeftAlone()
    {
        Do("page_viewed", 0);
        foreach (var query in (string[])["return label", "print return label", "return label where"]) Search(query, 3);
        Do("search_result_opened", 6);
        Do("article_viewed", 1, ""","article":{"id":"a1","title":"Returns"}""");

        var states = Enumerable.Range(1, 10).Select(_ => Pass(15)!.State).ToList();

        Assert.All(states, s => Assert.Equal(VisitorState.Progressing, s));
    }

    [Fact]
    public void AnIdleReader_IsNeverInvited()
    {
        Do("article_viewed", 0, ""","article":{"id":"a1","title":"A long article"}""");
        var states = Enumerable.Range(1, 100).Select(_ => Pass(15)!).ToList();

        Assert.All(states, s => Assert.False(Decider.IsOfferable(s.State)));
        Assert.Equal(VisitorState.Progressing, states[^1].State);
    }

    [Fact]
    public void ASmoothBuyer_IsNeverInvited()
    {
        List<VisitorState> states =
        [
            Do("page_viewed", 0).State, View("lamp").State, View("bulb").State,
            Do("product_added", 20, ""","product":{"id":"bulb","name":"bulb","price":20}""").State,
            Do("cart_viewed", 10).State, Do("checkout_started", 10).State, Pass(50)!.State, Do("checkout_step_completed", 5).State,
            Pass(40)!.State, Do("checkout_step_completed", 5).State, Do("order_completed", 20).State, Pass(300)!.State,
        ];

        Assert.DoesNotContain(VisitorState.Purposeful, states);
        Assert.Equal(VisitorState.Progressing, states[^1]);
    }

    [Fact]
    public void AnExplorer_IsLeftAlone()
    {
        var states = new[] { "a", "b", "c", "d", "e" }.Select(p => View(p).State).ToList();

        Assert.All(states, s => Assert.False(Decider.IsOfferable(s)));
        Assert.Equal(VisitorState.Exploring, states[^1]);
    }

    [Fact]
    public void AComparer_IsPurposeful() => Assert.Equal(VisitorState.Purposeful, new[] { "a", "b", "a", "b" }.Select(p => View(p).State).ToList()[^1]);

    [Fact]
    public void ACheckoutHesitator_IsPurposefulOnlyOnceStill()
    {
        View("lamp");
        Do("product_added", 10, ""","product":{"id":"lamp","name":"lamp","price":20}""");
        Assert.Equal(VisitorState.Progressing, Do("checkout_started", 10).State);

        var later = Pass(130)!;

        Assert.Equal(VisitorState.Purposeful, later.State);
        Assert.NotEqual(Reasons.None, later.Reasons & Reasons.CheckoutHesitation);
    }

    /// <summary>What should-engage says would lead to an offer does, when it happens.</summary>
    [Fact]
    public void WouldEngageIf_OneMoreFruitlessSearch_ComesTrue()
    {
        Do("page_viewed", 0);
        Search("return label", 0);
        var before = Search("print return label", 0);
        Assert.Contains("one_more_fruitless_search", Changes(before));

        Assert.Equal(Blockers.NobodyFree, Search("return label where", 0, after: 5).Blockers);
    }

    [Fact]
    public void WouldEngageIf_AnotherProductComparison_ComesTrue()
    {
        View("a");
        var before = View("b");
        Assert.Contains("another_product_comparison", Changes(before));

        Assert.Equal(Blockers.NobodyFree, View("a").Blockers);
    }

    [Fact]
    public void WouldEngageIf_CheckoutRetreat_ComesTrue()
    {
        View("lamp");
        var before = Do("checkout_started", 10);
        Assert.Contains("checkout_retreat", Changes(before));

        Assert.Equal(Blockers.NobodyFree, Do("cart_viewed", 5).Blockers);
    }

    /// <summary>The hypotheses are the extractor's own arithmetic: told and happened give the same vector.</summary>
    [Fact]
    public void Hypotheses_OfEachEvent_GiveTheVectorThatTheExtractorGives()
    {
        Do("page_viewed", 0);
        Search("return label", 0);
        var before = Search("print return label", 0);
        AssertSame(before.Features, Hypothesis.SearchInVain, Search("return label where", 0, after: 7).Features, 7, Feature.LastQuerySimilarity);

        View("a");
        before = View("b");
        AssertSame(before.Features, Hypothesis.CompareAgain, View("a", after: 9).Features, 9);

        before = Do("checkout_started", 4);
        AssertSame(before.Features, Hypothesis.RetreatFromCheckout, Do("cart_viewed", 6).Features, 6);

        before = Do("article_viewed", 5, ""","article":{"id":"a1","title":"Returns"}""");
        AssertSame(before.Features, Hypothesis.RateNotHelpful, Do("article_rated", 8, ""","article":{"id":"a1","helpful":false}""").Features, 8);
    }

    private delegate bool Happening(Span<float> features);

    private static void AssertSame(float[] before, Happening happens, float[] after, float seconds, params Feature[] but)
    {
        var told = (float[])before.Clone();
        Hypothesis.Wait(told, seconds);
        Assert.True(happens(told));
        foreach (var feature in Enum.GetValues<Feature>().Except(but))
            Assert.True(Math.Abs(told[(int)feature] - after[(int)feature]) < 0.01 || float.IsNaN(told[(int)feature]) && float.IsNaN(after[(int)feature]),
                $"{feature}: told {told[(int)feature]}, happened {after[(int)feature]}");
    }

    private List<string> Changes(Assessment assessment) =>
        [.. WhatIf.For(assessment, _site, _now, new AgentAvailability(1, 1), CopyLanguage.En).Select(c => c.Code)];
}
