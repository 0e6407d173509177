using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Features;
using Engagement.Training;
using Engagement.Training.Own;

namespace Core.Tests.Training;

public sealed class OutcomeReaderTests
{
    private static readonly List<OutcomeRecord> Some = OwnOutcomes.Records(40, seed: 1);

    private static string Cause(IEnumerable<string> lines, string? site = null) => Assert.Throws<TrainingException>(() => OwnOutcomes.Read(lines, site: site)).Message;

    [Fact]
    public void Read_DumpWithPartitionOffsetAndKey_IsTheRecordsInOrderOfTime()
    {
        var rows = OwnOutcomes.Read(OwnOutcomes.Lines(Some.AsEnumerable().Reverse()).Select((line, i) => $"3\t{i}\tshop\t{line}"));
        Assert.Equal(40, rows.Rows.Count);
        Assert.Equal("shop", rows.Site);
        Assert.Equal(Some.Select(r => r.Id), rows.Rows.Select(r => r.Id));
        Assert.Equal(Some.Count(r => r.Orders > 0), rows.Rows.Count(r => r.Outcome));
        // The row that is learnt from is the drawn one: the last one knows of the order.
        Assert.All(rows.Rows, r => Assert.Equal(0, r.Features[(int)Feature.OrdersCompleted]));
    }

    [Fact]
    public void Read_RecordsThatCannotBeLearntFrom_AreLeftOutAndCounted()
    {
        var rows = OwnOutcomes.Read(OwnOutcomes.Lines(
        [
            .. Some, Some[0], Some[1] with { Id = "a", Drawn = null }, Some[2] with { Id = "b", FeatureSchema = "0000000000000000" },
            Some[3] with { Id = "c", Offer = OfferStatus.Accepted }, Some[4] with { Id = "d", Site = "other" },
        ]), site: "shop");
        Assert.Equal(40, rows.Rows.Count);
        string[] causes = [OutcomeReader.Double, OutcomeReader.WithoutDraw, OutcomeReader.OtherSchema, OutcomeReader.NotOfState, OutcomeReader.OtherSite];
        Assert.All(causes, cause => Assert.Equal(1, rows.Skipped[cause]));
    }

    [Fact]
    public void Read_WrapUps_FalseAlarmsCorrectTheirSessions_BeforeOrAfterThem()
    {
        var took = Some.Where(r => r.Features[(int)Feature.Searches] > 0).Take(2).Select(r => r with { Offer = OfferStatus.Ended }).ToArray();
        var alarms = took.Select(r => System.Text.Encoding.UTF8.GetString(
            new WrapUpRecord { Id = r.Id, Site = r.Site, Hour = r.Hour, Outcome = WrapUpCode.ShouldNotHaveBeenInvited }.ToJson())).ToArray();
        var lines = OwnOutcomes.Lines(took).ToArray();
        Assert.All(OwnOutcomes.Read(lines, OwnState.Floundering).Rows, r => Assert.True(r.Outcome));
        var rows = OwnOutcomes.Read([alarms[0], .. lines, alarms[1]], OwnState.Floundering);
        Assert.All(rows.Rows, r => Assert.False(r.Outcome));
        Assert.Equal(2, rows.Skipped[OutcomeReader.WrapUp]);
        Assert.StartsWith("Line 1 is no outcome record", Cause(["{\"kind\":\"wrap_up\",\"outcome\":\"nice\"}"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhatIsNoOutcome_SaysTheLineAndTheCause()
    {
        Assert.StartsWith("Line 2 ", Cause([.. OwnOutcomes.Lines(Some.Take(1)), "not json"]), StringComparison.Ordinal);
        Assert.StartsWith("Line 1 ", Cause(["{\"v\":1}"]), StringComparison.Ordinal);
        Assert.StartsWith("Line 1 is no outcome record", Cause([OwnOutcomes.Lines(Some.Take(1)).Single().Replace("\"durationSeconds\":300", "\"durationSeconds\":NaN", StringComparison.Ordinal)]), StringComparison.Ordinal);
        Assert.Contains("features; the schema has", Cause(OwnOutcomes.Lines([Some[0] with { Features = [1f] }])), StringComparison.Ordinal);
        Assert.Contains("no value at all", Cause(OwnOutcomes.Lines([Some[0] with { Drawn = new DrawnRow(1, 1, [.. new float?[FeatureSchema.Count]]) }])), StringComparison.Ordinal);
        Assert.Contains("log is empty", Cause([]), StringComparison.Ordinal);
        Assert.Contains("log dump", Cause(["SQLite format 3\0"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AllOfAnOldSchemaOrWithoutDraw_SaysSo()
    {
        Assert.Contains(OutcomeReader.OtherSchema, Cause(OwnOutcomes.Lines(Some.Select(r => r with { FeatureSchema = "0000000000000000" }))), StringComparison.Ordinal);
        Assert.Contains(OutcomeReader.WithoutDraw, Cause(OwnOutcomes.Lines(Some.Select(r => r with { Drawn = null }))), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SeveralSites_AsksWhich() =>
        Assert.Contains("--site other or shop", Cause(OwnOutcomes.Lines([.. Some, Some[0] with { Site = "other" }])), StringComparison.Ordinal);

    [Theory]
    [InlineData(2f, 1f, 0, OfferStatus.None, true)]
    [InlineData(2f, 0f, 0, OfferStatus.None, false)]
    [InlineData(2f, 1f, 1, OfferStatus.None, false)]
    [InlineData(2f, 0f, 0, OfferStatus.Claimed, true)]
    [InlineData(2f, 0f, 0, OfferStatus.Declined, false)]
    [InlineData(2f, 1f, 0, OfferStatus.HeldOut, true)]
    [InlineData(0f, 0f, 0, OfferStatus.None, null)]
    public void OutcomeOf_Floundering_IsEndingInVainOrTakingUpAConversation(float searches, float run, int orders, OfferStatus offer, bool? expected)
    {
        var last = new float?[FeatureSchema.Count];
        (last[(int)Feature.Searches], last[(int)Feature.FruitlessRun]) = (searches, run);
        Assert.Equal(expected, OwnOutcome.Of(OwnOutcomes.Record("a", "help", LogHour, orders, last, last, offer), OwnState.Floundering));
    }

    private static readonly Instant LogHour = new(0);
}
