using Engagement.Core;
using Engagement.Core.Decisions;
using Engagement.Core.Features;

namespace Core.Tests.Pipeline;

/// <summary>The row that a site's own model learns from: any event's, and none that knows the outcome.</summary>
public sealed class DrawnRowTests
{
    private static (SessionClosed Closed, float[] Drawn) Run(int visitor, Func<int, (string Type, string Members)> events, int count, OfferResolution answer = OfferResolution.NobodyFree, string privacy = "")
    {
        var (pipeline, output, sites) = (new EngagementPipeline(), new PipelineOutput(), TestSites.Eager);
        for (var i = 0; i < count; i++)
        {
            var (type, members) = events(i);
            var record = LogText.Event(type, LogText.Start + TimeSpan.FromSeconds(20 * i), $"v{visitor}e{i}", members + privacy, visitor);
            pipeline.Apply(record, i, sites, output);
            for (var w = 0; w < output.Wishes.Count; w++) pipeline.Resolve(output.Wishes[w], answer, output.Wishes[w].Now + TimeSpan.FromSeconds(45), sites, output);
            output.Wishes.Clear();
        }
        pipeline.Apply(LogText.Tick(LogText.Start + TimeSpan.FromHours(3)), count, sites, output);
        var closed = Assert.Single(output.SessionsClosed);
        float[] row = closed.DrawnStart < 0 ? [] : [.. output.OutcomeFeatures.Skip(closed.DrawnStart).Take(FeatureSchema.Count)];
        return (closed, row);
    }

    private static (string, string) View(int i) => ("product_viewed", LogText.Product($"p{i}", price: 10));

    [Fact]
    public void Draw_OverManySessions_TakesEveryEventAlike()
    {
        var counts = new int[6];
        for (var visitor = 0; visitor < 600; visitor++)
        {
            var (closed, row) = Run(visitor, View, 5);
            Assert.Equal(5, closed.DrawnOf);
            Assert.Equal(closed.DrawnEvent, row[(int)Feature.Events]);
            Assert.Equal(0, row[(int)Feature.SecondsSinceLastEvent]);
            counts[closed.DrawnEvent]++;
        }
        // 120 each; five standard deviations are 49.
        Assert.All(counts[1..], count => Assert.InRange(count, 71, 169));
    }

    [Fact]
    public void Draw_FromASessionWithAnOrder_IsFromBeforeIt()
    {
        for (var visitor = 0; visitor < 100; visitor++)
        {
            var (closed, row) = Run(visitor, i => i == 3 ? ("order_completed", "") : View(i), 9);
            Assert.Equal(1, closed.Orders);
            Assert.Equal(3, closed.DrawnOf);
            Assert.InRange(closed.DrawnEvent, 1, 3);
            Assert.Equal(0, row[(int)Feature.OrdersCompleted]);
        }
    }

    [Fact]
    public void Draw_FromASessionWithAnOffer_IsFromBeforeIt()
    {
        for (var visitor = 0; visitor < 50; visitor++)
        {
            var (closed, _) = Run(visitor, i => ("search_performed", LogText.Search($"return label {i}", 0)), 12, OfferResolution.Reserved);
            Assert.InRange(closed.OffersMade, 1, 2);
            Assert.InRange(closed.DrawnOf, 1, 11);
        }
    }

    [Fact]
    public void Draw_UnderGlobalPrivacyControl_IsNotKept()
    {
        var (closed, row) = Run(1, View, 5, privacy: ",\"privacy\":{\"gpc\":true}");
        Assert.Equal(-1, closed.DrawnStart);
        Assert.Empty(row);
    }

    [Fact]
    public void Draw_WithMoreSessionsThanHoldARow_LeavesTheOthersWithoutAndGivesRowsBack()
    {
        var (pipeline, output, sites) = (new EngagementPipeline(), new PipelineOutput(), TestSites.Eager);
        for (var round = 0; round < 2; round++)
        {
            var begin = LogText.Start + TimeSpan.FromHours(4 * round);
            for (var i = 0; i < 2_000; i++)
            {
                pipeline.Apply(LogText.Event("product_viewed", begin + TimeSpan.FromMilliseconds(i), $"r{round}e{i}", LogText.Product("p"), visitor: i % 1_000), i, sites, output);
                output.Wishes.Clear();
            }
            output.Clear();
            pipeline.Apply(LogText.Tick(begin + TimeSpan.FromHours(3)), 0, sites, output);
            Assert.Equal(1_000, output.SessionsClosed.Count);
            Assert.Equal(Limits.DrawnRowsMin, output.SessionsClosed.Count(s => s.DrawnStart >= 0));
            output.Clear();
        }
    }

    [Fact]
    public void Draw_OfARebuild_IsTheSame()
    {
        for (var visitor = 0; visitor < 20; visitor++) Assert.Equal(Run(visitor, View, 9).Drawn, Run(visitor, View, 9).Drawn);
    }
}
