using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engagement.Core;
using Engagement.Core.Decisions;
using Engagement.Core.Scoring;
using Engagement.Core.Sites;
using Engagement.Server.Demo;

namespace Hosts.Tests.Demo;

/// <summary>Simulated visits through the pure core: whoever is fine is left alone, whoever searches in vain is not.</summary>
public sealed class VisitScriptsTests
{
    private static readonly DemoContent _content = DemoContent.Read(DemoEndpoints.Root);
    private const float PurposefulThreshold = 0.15f;
    private static readonly DateTimeOffset _start = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Next_OverManyVisits_WishesForEveryFloundererAndForNobodyWhoIsFine()
    {
        var scripts = new VisitScripts(_content, seed: 7);
        var wished = Enumerable.Range(0, 400).Select(_ => scripts.Next()).GroupBy(s => s.Kind)
            .ToDictionary(kind => kind.Key, kind => (All: kind.Count(), Wished: kind.Count(IsWishedFor)));
        foreach (var kind in (string[])["explorer", "lookup", "buyer", "reader"]) Assert.Equal((wished[kind].All, 0), wished[kind]);
        Assert.Equal((wished["flounderer"].All, wished["flounderer"].All), wished["flounderer"]);
        Assert.True(wished.Values.Sum(w => w.Wished) < 400 / 4, "most visitors are left alone");
    }

    /// <summary>By the model that is released and the site's own threshold: who buys without a detour is as likely to buy, and shows no hesitation.</summary>
    [Fact]
    public void Next_OverManyVisits_HesitatorsArePurposefulAndNobodyWhoIsFine()
    {
        var file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "models", "purposeful", "model.json"));
        var site = Site(TreeEnsembleReader.Read(file).Model!);
        var scripts = new VisitScripts(_content, seed: 5);
        var visits = Enumerable.Range(0, 1_500).Select(_ => scripts.Next()).Select(s => (s.Kind, Came: Visit(s, site))).ToLookup(v => v.Kind, v => v.Came);
        foreach (var kind in (string[])["explorer", "lookup", "buyer", "reader", "flounderer"])
            Assert.All(visits[kind], v => Assert.DoesNotContain(VisitorState.Purposeful, v.Met));
        Assert.True(visits["hesitator"].Count() > 20);
        Assert.All(visits["hesitator"], v => Assert.True(v.IsWished && v.Met.Contains(VisitorState.Purposeful)));
    }

    [Fact]
    public void Site_Threshold_IsWhatTheVisitsAreHeldTo()
    {
        using var site = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(DemoEndpoints.Root, "sites", "demo-traffic.json")), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        Assert.Equal(PurposefulThreshold, site.RootElement.GetProperty("policy").GetProperty("thresholds").GetProperty("purposeful").GetSingle());
    }

    [Fact]
    public void Next_WithTheSameSeed_WritesTheSameVisits()
    {
        static string Write(VisitScripts scripts) => string.Join('\n', Enumerable.Range(0, 50).SelectMany(_ => scripts.Next().Steps)
            .Select(s => $"{s.Think} {s.Type} {s.Fields.ToJsonString()}"));
        Assert.Equal(Write(new VisitScripts(_content, 3)), Write(new VisitScripts(_content, 3)));
    }

    [Fact]
    public void Next_OverManyVisits_LastsAtMostAMinuteAndAHalf()
    {
        var scripts = new VisitScripts(_content, seed: 11);
        Assert.All(Enumerable.Range(0, 400).Select(_ => scripts.Next()), s => Assert.InRange(s.Steps.Sum(step => step.Think.TotalSeconds), 4, 90));
    }

    [Fact]
    public void Site_Articles_AreThoseOfTheHelpCentre()
    {
        using var site = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(DemoEndpoints.Root, "sites", "demo.json")), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        var named = site.RootElement.GetProperty("articles").EnumerateArray().Select(a => new DemoArticle(a.GetProperty("id").GetString()!, a.GetProperty("title").GetString()!));
        Assert.Equal(_content.Articles, named);
    }

    [Fact]
    public void Articles_OnReturnLabels_AreNotThere()
    {
        var text = File.ReadAllText(Path.Combine(DemoEndpoints.Root, "content", "articles.json"));
        Assert.DoesNotContain("return", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("label", text, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsWishedFor(VisitScript script) => Visit(script, Site(NeverBuys.Instance)).IsWished;

    private static SiteModel Site(IPropensityModel purposeful) =>
        new()
        {
            Id = TrafficClient.Site, Mode = SiteMode.Live, Secret = new SiteSecret(new byte[32]), Floundering = PublishedStruggleRules.Instance, Purposeful = purposeful,
            // As the site's file says, which another test reads.
            Policy = new SitePolicy { PurposefulThreshold = PurposefulThreshold },
        };

    /// <summary>Whether an offer was wished for, and the states that the visit went through.</summary>
    private static (bool IsWished, HashSet<VisitorState> Met) Visit(VisitScript script, SiteModel site)
    {
        var (pipeline, output, sites) = (new EngagementPipeline(), new PipelineOutput(), new SiteCatalog([site], 1));
        var (now, wished, met) = (_start, false, new HashSet<VisitorState>());
        for (var i = 0; i < script.Steps.Length; i++)
        {
            now += script.Steps[i].Think;
            Assert.Equal(RecordOutcome.Applied, pipeline.Apply(RecordOf(script.Steps[i], i, now), i, sites, output));
            met.UnionWith(output.Touched.Select(s => s.State));
            foreach (var wish in output.Wishes.ToArray())
            {
                wished = true;
                pipeline.Resolve(wish, OfferResolution.NobodyFree, Instant.Never, sites, output);
            }
            output.Clear();
        }
        return (wished, met);
    }

    private static byte[] RecordOf(VisitStep step, int index, DateTimeOffset at)
    {
        var record = (JsonObject)step.Fields.DeepClone();
        (record["v"], record["id"], record["type"], record["site"]) = (1, $"e{index}", step.Type, TrafficClient.Site);
        (record["visitor"], record["receivedAt"]) = ("0123456789abcdef0123456789abcdef", at.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        return Encoding.UTF8.GetBytes(record.ToJsonString());
    }

    /// <summary>The simulation is held to the published rules here; a released model of purchase may also speak for the comparers.</summary>
    private sealed class NeverBuys : IPropensityModel
    {
        public static readonly NeverBuys Instance = new();
        public string Version => "never/1";
        public float Score(ReadOnlySpan<float> features) => 0.01f;

        public float Explain(ReadOnlySpan<float> features, Span<float> contributions)
        {
            contributions.Clear();
            return 0;
        }
    }
}
