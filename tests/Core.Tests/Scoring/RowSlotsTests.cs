using Engagement.Core.Scoring;
using FsCheck;
using FsCheck.Fluent;

namespace Core.Tests.Scoring;

public sealed class RowSlotsTests
{
    private static readonly Arbitrary<float> AnyBits = Gen.Choose(int.MinValue, int.MaxValue).Select(BitConverter.Int32BitsToSingle).ToArbitrary();

    private static readonly float[] Edges =
        [0f, -0f, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1f, -1f];

    [Fact]
    public void KeyOf_AnyTwoFloats_IsBelowExactlyWhereTheFloatIs() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(10_000), Prop.ForAll(AnyBits, AnyBits, IsSameOrder));

    [Fact]
    public void KeyOf_Edges_AreInOrder_AndBothZerosAreOne()
    {
        Assert.All(Edges.SelectMany(a => Edges.Select(b => (a, b))), pair => Assert.True(IsSameOrder(pair.a, pair.b), $"{pair.a}, {pair.b}"));
        Assert.Equal(0, RowSlots.KeyOf(-0f));
        Assert.Equal(RowSlots.HighestKey, RowSlots.KeyOf(BitConverter.Int32BitsToSingle(-1)));
    }

    /// <summary>Of any length: what is laid out many at a time is as what is laid out one by one.</summary>
    [Fact]
    public void Fill_AnyRow_IsTheKeysOfValuesAndOfNegations_ThenZero() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(AnyBits.Generator.ListOf().Where(row => row.Count > 0).ToArbitrary(), row =>
        {
            var slots = new int[RowSlots.LengthOf(row.Count)];
            RowSlots.Fill([.. row], slots);
            return slots.SequenceEqual([.. row.Select(RowSlots.KeyOf), .. row.Select(value => RowSlots.KeyOf(-value)), 0]);
        }));

    // What is no number is below nothing; whether something is below it, no threshold asks.
    private static bool IsSameOrder(float a, float b) => float.IsNaN(b) || RowSlots.KeyOf(a) < RowSlots.KeyOf(b) == a < b;
}
