using Engagement.Core.Scoring;
using Engagement.Testing;
using FsCheck;
using FsCheck.Fluent;

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
    public void Margin_AnyEnsembleInEitherForm_EqualsThePlainWalkToTheBit()
    {
        var shapes = from seed in Gen.Choose(0, int.MaxValue)
                     from features in Gen.Choose(1, 60)
                     from trees in Gen.Choose(1, 30)
                     from depth in Gen.Choose(0, 11) // all three forms
                     select (Seed: seed, Features: features, Trees: trees, Depth: depth);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(shapes.ToArbitrary(), shape =>
        {
            var random = new Random(shape.Seed);
            var arrays = RandomEnsembles.Make(random, shape.Features, shape.Trees, shape.Depth);
            var (model, linked) = (new TreeEnsemble("test/1", arrays), TreeEnsemble.Linked("test/1", arrays));
            return Enumerable.Range(0, 20).All(_ =>
            {
                var row = RandomEnsembles.Row(random, shape.Features);
                var expected = RandomEnsembles.Margin(arrays, row);
                return model.Margin(row) == expected && linked.Margin(row) == expected;
            });
        }));
    }

    [Theory]
    [InlineData(100, 0, true)]
    [InlineData(100, 6, true)]
    [InlineData(40, 8, true)]
    [InlineData(40, 9, false)]
    public void IsPerfect_ByDepth_IsSoUpToEight(int trees, int depth, bool perfect)
    {
        var arrays = RandomEnsembles.Make(new Random(3), 20, trees, depth);
        Assert.Equal(depth, arrays.Roots.Max(arrays.DepthFrom));
        Assert.Equal(perfect, new TreeEnsemble("test/1", arrays).IsPerfect);
    }

    [Fact]
    public void IsPerfect_OfManyLopsidedTrees_IsNotWorthItsFilling()
    {
        var chains = RandomEnsembles.Chains(new Random(3), trees: 100, depth: 8);
        var model = new TreeEnsemble("test/1", chains);
        Assert.False(model.IsPerfect);
        var row = RandomEnsembles.Row(new Random(4), chains.FeatureCount);
        Assert.Equal(RandomEnsembles.Margin(chains, row), model.Margin(row));
    }
}
