using System.Numerics;

namespace Engagement.Core.Scoring;

/// <summary>
/// A row as the scorers read it: the values, their negations and a zero, side by side, as keys: integers in the order of the floats, since a walk waits
/// less for an integer's comparison than for a float's. A node whose missing values go right asks <c>x &lt; t</c>; one whose missing values go left asks
/// the mirrored <c>−x &lt; t′</c> with its children swapped, so that NaN, whose key is the highest, goes the right way in both. Pure.
/// </summary>
internal static class RowSlots
{
    /// <summary>Of NaN, and above that of every number: nothing is below it but by a leaf's question, and it is below nothing.</summary>
    public const int HighestKey = int.MaxValue;

    private const int Magnitude = int.MaxValue;

    public static int LengthOf(int features) => 2 * features + 1;

    /// <summary>Slot that always holds the key of zero, which is 0.</summary>
    public static int ZeroOf(int features) => 2 * features;

    /// <summary>Keys are in the order of the floats; both zeros have the same.</summary>
    public static int KeyOf(float value)
    {
        if (float.IsNaN(value)) return HighestKey;
        // Adding zero turns the negative one into the positive.
        var bits = BitConverter.SingleToInt32Bits(value + 0f);
        return bits ^ ((bits >> 31) & Magnitude);
    }

    /// <summary>Fills <paramref name="slots"/>, of <see cref="LengthOf"/> values, all zero. Hot.</summary>
    public static void Fill(ReadOnlySpan<float> row, Span<int> slots)
    {
        var negated = slots[row.Length..];
        var i = 0;
        for (; i <= row.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var values = new Vector<float>(row[i..]);
            KeysOf(values).CopyTo(slots[i..]);
            KeysOf(-values).CopyTo(negated[i..]);
        }
        for (; i < row.Length; i++) (slots[i], negated[i]) = (KeyOf(row[i]), KeyOf(-row[i]));
    }

    /// <summary>What an inner node asks, and the node it goes to when the slot is below the threshold, and when it is not.</summary>
    public static (int Slot, int Threshold, int Below, int Other) ConditionOf(TreeEnsembleArrays arrays, int node) => arrays.DefaultLeft[node] == 1
        ? (arrays.FeatureCount + arrays.Feature[node], KeyOf(MathF.BitIncrement(-arrays.Threshold[node])), arrays.Right[node], arrays.Left[node])
        : (arrays.Feature[node], KeyOf(arrays.Threshold[node]), arrays.Left[node], arrays.Right[node]);

    private static Vector<int> KeysOf(Vector<float> values)
    {
        var bits = Vector.AsVectorInt32(values + Vector<float>.Zero);
        var keys = bits ^ ((bits >> 31) & new Vector<int>(Magnitude));
        return Vector.ConditionalSelect(Vector.Equals(values, values), keys, new Vector<int>(HighestKey));
    }
}
