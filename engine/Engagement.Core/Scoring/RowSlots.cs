using System.Numerics;

namespace Engagement.Core.Scoring;

/// <summary>
/// A row as the scorers read it: the values, their negations and a zero, side by side. A node whose missing values go right asks <c>x &lt; t</c>; one
/// whose missing values go left asks the mirrored <c>−x &lt; t′</c> with its children swapped, so that NaN, which fails every comparison, goes the right
/// way in both. Pure.
/// </summary>
internal static class RowSlots
{
    public static int LengthOf(int features) => 2 * features + 1;

    /// <summary>Slot that always holds zero.</summary>
    public static int ZeroOf(int features) => 2 * features;

    /// <summary>Fills <paramref name="slots"/>, of <see cref="LengthOf"/> values, all zero. Hot.</summary>
    public static void Fill(ReadOnlySpan<float> row, Span<float> slots)
    {
        row.CopyTo(slots);
        var negated = slots[row.Length..];
        var i = 0;
        for (; i <= row.Length - Vector<float>.Count; i += Vector<float>.Count) (-new Vector<float>(row[i..])).CopyTo(negated[i..]);
        for (; i < row.Length; i++) negated[i] = -row[i];
    }

    /// <summary>What an inner node asks, and the node it goes to when the slot is below the threshold, and when it is not.</summary>
    public static (int Slot, float Threshold, int Below, int Other) ConditionOf(TreeEnsembleArrays arrays, int node) => arrays.DefaultLeft[node] == 1
        ? (arrays.FeatureCount + arrays.Feature[node], MathF.BitIncrement(-arrays.Threshold[node]), arrays.Right[node], arrays.Left[node])
        : (arrays.Feature[node], arrays.Threshold[node], arrays.Left[node], arrays.Right[node]);
}
