using Engagement.Core;
using Engagement.Core.Scoring;
using Engagement.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Core.Tests.Scoring;

public sealed class TreeAttributionTests
{
    /// <summary>Up to nine features on paths of up to ten conditions: features met again, missing values, and leaves too deep for a table.</summary>
    [Fact]
    public void Explain_SmallTrees_EqualsShapleyValuesByDefinition()
    {
        var shapes = from seed in Gen.Choose(0, int.MaxValue)
                     from features in Gen.Choose(1, 9)
                     from trees in Gen.Choose(1, 3)
                     from depth in Gen.Choose(0, features > 6 ? 9 : 6)
                     select (Seed: seed, Features: features, Trees: trees, Depth: depth);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(120), Prop.ForAll(shapes.ToArbitrary(), shape =>
        {
            var random = new Random(shape.Seed);
            var arrays = RandomEnsembles.Make(random, shape.Features, shape.Trees, shape.Depth);
            var row = RandomEnsembles.Row(random, shape.Features);
            var contributions = new float[shape.Features];
            var expected = new TreeEnsemble("test/1", arrays).Explain(row, contributions);
            var shapley = RandomEnsembles.Shapley(arrays, row);
            return Math.Abs(RandomEnsembles.Expectation(arrays, row, 0) - expected) < 1e-4
                && contributions.Zip(shapley).All(pair => Math.Abs(pair.First - pair.Second) < 1e-4);
        }));
    }

    [Fact]
    public void Explain_AnyEnsemble_SumsToTheMargin()
    {
        var shapes = from seed in Gen.Choose(0, int.MaxValue)
                     from trees in Gen.Choose(1, 60)
                     from depth in Gen.Choose(0, 9)
                     select (Seed: seed, Trees: trees, Depth: depth);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(shapes.ToArbitrary(), shape =>
        {
            var random = new Random(shape.Seed);
            var model = new TreeEnsemble("test/1", RandomEnsembles.Make(random, 49, shape.Trees, shape.Depth));
            var row = RandomEnsembles.Row(random, 49);
            var contributions = new float[49];
            var expected = model.Explain(row, contributions);
            return Math.Abs(model.Margin(row) - (expected + contributions.Sum(c => (double)c))) < 1e-4;
        }));
    }

    [Fact]
    public void Explain_PathOfThirtyTwoFeatures_SumsToTheMargin()
    {
        var random = new Random(32);
        var arrays = RandomEnsembles.Chains(random, trees: 20, depth: Limits.ModelDepthMax);
        var model = new TreeEnsemble("test/1", arrays);
        var contributions = new float[arrays.FeatureCount];
        for (var i = 0; i < 50; i++)
        {
            var row = RandomEnsembles.Row(random, arrays.FeatureCount);
            Assert.Equal(model.Margin(row), model.Explain(row, contributions) + contributions.Sum(c => (double)c), 1e-4);
        }
    }

    [Fact]
    public void PlayBeforehand_EveryOutcome_IsWhatPlayingGives()
    {
        var random = new Random(8);
        var arrays = RandomEnsembles.Make(random, 9, 1, 7);
        foreach (var block in AttributionBlock.Cut(arrays, 0))
        {
            Assert.True(block.HasTable);
            var table = new float[block.TableLength];
            block.PlayBeforehand(table);
            for (var i = 0; i < 20; i++)
            {
                var row = RandomEnsembles.Row(random, 9);
                var sums = new double[9];
                block.Play(sums, row);
                var line = BlockCondition.OutcomesOf(block.Conditions.AsSpan(), row) * block.Features.Length;
                for (var j = 0; j < block.Features.Length; j++) Assert.Equal(sums[block.Features[j]], table[line + j], 1e-6);
            }
        }
    }

    [Fact]
    public void Explain_SteadyState_AllocatesNothing()
    {
        var random = new Random(6);
        foreach (var depth in new[] { 6, 10 })
        {
            var model = new TreeEnsemble("test/1", RandomEnsembles.Make(random, 49, 20, depth));
            var row = RandomEnsembles.Row(random, 49);
            var contributions = new float[49];
            var sum = model.Explain(row, contributions);
            Assert.Equal(0, Allocations.Of(100, () => sum += model.Explain(row, contributions)));
        }
    }
}
