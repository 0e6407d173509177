using Engagement.Core.Scoring;
using Engagement.Testing;

namespace Core.Tests.Scoring;

public sealed class TreeEnsembleTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(7, 3)]
    [InlineData(8, 6)]
    [InlineData(100, 6)]
    [InlineData(13, 12)]
    public void Margin_RandomRowsWithMissingAndInfiniteValues_EqualsThePlainWalkToTheBit(int trees, int depth)
    {
        var random = new Random(trees * 31 + depth);
        for (var round = 0; round < 20; round++)
        {
            var arrays = RandomEnsembles.Make(random, 1 + random.Next(49), trees, depth);
            var model = new TreeEnsemble("test/1", arrays);
            for (var i = 0; i < 100; i++)
            {
                var row = RandomEnsembles.Row(random, arrays.FeatureCount);
                Assert.Equal(RandomEnsembles.Margin(arrays, row), model.Margin(row));
            }
        }
    }

    [Fact]
    public void Margin_OneTreeAndAllMissing_StaysWithinTheFilledUpGroup()
    {
        var random = new Random(12);
        var arrays = RandomEnsembles.Make(random, 3, 1, 12);
        var row = new[] { float.NaN, float.NaN, float.NaN };
        var model = new TreeEnsemble("test/1", arrays);
        Assert.Equal(RandomEnsembles.Margin(arrays, row), model.Margin(row));
    }

    [Fact]
    public void Score_Calibrated_IsTheSigmoidOfTheScaledMargin()
    {
        var random = new Random(5);
        var arrays = RandomEnsembles.Make(random, 6, 20, 4, a: 0.7f, b: -1.2f);
        var model = new TreeEnsemble("test/1", arrays);
        var row = RandomEnsembles.Row(random, 6);
        var expected = 1 / (1 + Math.Exp(-(0.7 * RandomEnsembles.Margin(arrays, row) - 1.2)));
        Assert.Equal(expected, model.Score(row), 1e-6);
    }

    [Fact]
    public void Score_SteadyState_AllocatesNothing()
    {
        var random = new Random(9);
        var model = new TreeEnsemble("test/1", RandomEnsembles.Make(random, 49, 100, 6));
        var row = RandomEnsembles.Row(random, 49);
        var sum = model.Score(row);
        Assert.Equal(0, Allocations.Of(1000, () => sum += model.Score(row)));
        Assert.True(sum > 0);
    }

    [Fact]
    public void Margin_RowOfAnotherLength_Throws()
    {
        var model = new TreeEnsemble("test/1", RandomEnsembles.Make(new Random(1), 5, 3, 2));
        Assert.Throws<ArgumentException>(() => model.Margin(new float[4]));
        Assert.Throws<ArgumentException>(() => model.Explain(new float[5], new float[4]));
    }

    [Fact]
    public void Explain_SmallRandomTrees_EqualsShapleyValuesByDefinition()
    {
        var random = new Random(2020);
        for (var round = 0; round < 60; round++)
        {
            var features = 1 + random.Next(7);
            var arrays = RandomEnsembles.Make(random, features, 1 + random.Next(4), 1 + random.Next(6));
            var model = new TreeEnsemble("test/1", arrays);
            var row = RandomEnsembles.Row(random, features);
            var contributions = new float[features];
            var expected = model.Explain(row, contributions);
            Assert.Equal(RandomEnsembles.Expectation(arrays, row, 0), expected, 1e-4);
            var shapley = RandomEnsembles.Shapley(arrays, row);
            for (var i = 0; i < features; i++) Assert.Equal(shapley[i], contributions[i], 1e-4);
        }
    }

    [Fact]
    public void Explain_AnyRow_SumsToTheMargin()
    {
        var random = new Random(77);
        for (var round = 0; round < 20; round++)
        {
            var arrays = RandomEnsembles.Make(random, 49, 100, 6);
            var model = new TreeEnsemble("test/1", arrays);
            var row = RandomEnsembles.Row(random, 49);
            var contributions = new float[49];
            var expected = model.Explain(row, contributions);
            Assert.Equal(model.Margin(row), expected + contributions.Sum(c => (double)c), 1e-4);
        }
    }
}
