using Engagement.Training.Needs;

namespace Core.Tests.Needs;

public sealed class LogisticTrainerTests
{
    // Three topics, each with a column of its own, and one column that all have.
    private static readonly int[] _topics = [.. Enumerable.Range(0, 60).Select(i => i % 3)];

    private static readonly SparseRows _rows = new(
        [.. Enumerable.Range(0, 61).Select(i => 2 * i)], [.. _topics.SelectMany(topic => new[] { topic, 3 })], [.. _topics.SelectMany(_ => new[] { 0.8f, 0.6f })], 4);

    private static float Margin(LinearWeights weights, int column, int topic) => weights.Of(column)[topic];

    [Fact]
    public void Train_OfTopicsWithColumnsOfTheirOwn_PutsEachTopicsColumnFirst()
    {
        var weights = LogisticTrainer.Train(_rows, _topics, 3, 1, 1);

        for (var topic = 0; topic < 3; topic++)
            for (var other = 0; other < 3; other++)
                if (other != topic) Assert.True(Margin(weights, topic, topic) > Margin(weights, topic, other) + 1);
    }

    [Fact]
    public void Train_Twice_GivesTheSame() => Assert.Equal(LogisticTrainer.Train(_rows, _topics, 3, 1, 1).Values, LogisticTrainer.Train(_rows, _topics, 3, 1, 1).Values);

    [Fact]
    public void Train_OfRowsOfNoTopic_PrefersNone()
    {
        var weights = LogisticTrainer.Train(_rows, [.. _topics.Select(topic => topic == 2 ? -1 : topic)], 2, 1, 1);

        Assert.InRange(Math.Abs(Margin(weights, 2, 0) - Margin(weights, 2, 1)), 0, 1);
        Assert.True(Margin(weights, 0, 0) > Margin(weights, 0, 1) + 1);
    }

    [Fact]
    public void Plus_OfTwo_AddsTheirMargins()
    {
        var weights = LogisticTrainer.Train(_rows, _topics, 3, 1, 1);

        Assert.Equal(1.5f * weights.Of(1)[2], weights.Plus(weights, 0.5f).Of(1)[2], 4);
    }
}
