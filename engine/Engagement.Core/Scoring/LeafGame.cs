using System.Collections.Immutable;

namespace Engagement.Core.Scoring;

/// <summary>
/// The coalition game of one leaf: a coalition of features wins the leaf's value times, for each feature of the leaf's path that it leaves out, the
/// share of the training rows that flow on anyway. Immutable and thread-safe; allocates nothing when played.
/// <para>Shapley values in closed form, since a known feature lets the row through whole or not at all: (1) over the features that let it through, the
/// polynomial Π(z + y) holds at <c>y^t</c> the shares left when <c>t</c> of them are known. (2) A feature that bars the way takes the value off every
/// coalition it joins: all of these are alike. (3) For a feature that lets through, its own factor is divided out of the polynomial first. (4) A
/// coalition of <c>t</c> out of <c>k</c> weighs t! (k − t − 1)! / k!.</para>
/// </summary>
internal sealed class LeafGame
{
    private static readonly double[] Weights = WeightsUpTo(Limits.ModelDepthMax);

    private readonly double _value;
    private readonly ImmutableArray<Player> _players;

    /// <param name="value">Of the leaf.</param>
    /// <param name="players">The distinct features of its path.</param>
    public LeafGame(double value, ImmutableArray<Player> players) => (_value, _players) = (value, players);

    /// <summary>Adds each feature's Shapley value to its place in <paramref name="sums"/>.</summary>
    /// <param name="outcomes">Bit by condition: whether the row goes left there.</param>
    public void Play(uint outcomes, Span<double> sums)
    {
        Span<double> product = stackalloc double[Limits.ModelDepthMax + 1];
        product[0] = 1;
        var (known, barred) = (0, 1d);
        foreach (ref readonly var player in _players.AsSpan())
        {
            if (player.LetsThrough(outcomes)) Multiply(product, known++, player.Share);
            else barred *= player.Share;
        }
        var weights = Weights.AsSpan(_players.Length * (_players.Length - 1) / 2, _players.Length);
        double loss = 0;
        if (known < _players.Length)
            for (var t = 0; t <= known; t++) loss -= product[t] * weights[t];
        foreach (ref readonly var player in _players.AsSpan())
            sums[player.At] += _value * barred * (player.LetsThrough(outcomes) ? (1 - player.Share) * WithoutOne(product, known, player.Share, weights) : loss);
    }

    /// <summary>The polynomial of degree <paramref name="degree"/> times (share + y).</summary>
    private static void Multiply(Span<double> product, int degree, double share)
    {
        product[degree + 1] = product[degree];
        for (var t = degree; t > 0; t--) product[t] = product[t] * share + product[t - 1];
        product[0] *= share;
    }

    /// <summary>The polynomial divided by (share + y), weighed.</summary>
    private static double WithoutOne(ReadOnlySpan<double> product, int degree, double share, ReadOnlySpan<double> weights)
    {
        double quotient = 0, sum = 0;
        for (var t = degree - 1; t >= 0; t--)
        {
            quotient = product[t + 1] - share * quotient;
            sum += quotient * weights[t];
        }
        return sum;
    }

    /// <summary>Of every number of players, one after the other: as many weights as players.</summary>
    private static double[] WeightsUpTo(int players)
    {
        var weights = new double[players * (players + 1) / 2];
        for (int k = 1, at = 0; k <= players; at += k, k++)
        {
            weights[at] = 1d / k;
            for (var t = 1; t < k; t++) weights[at + t] = weights[at + t - 1] * t / (k - t);
        }
        return weights;
    }

    /// <summary>A feature of the path.</summary>
    /// <param name="At">Its place in the sums.</param>
    /// <param name="Share">Of the training rows that flow on where it is unknown, above 0, at most 1.</param>
    /// <param name="Asked">Bits of the conditions of the path that ask it.</param>
    /// <param name="Wanted">Those of them at which the path goes left.</param>
    internal readonly record struct Player(int At, double Share, uint Asked, uint Wanted)
    {
        public bool LetsThrough(uint outcomes) => (outcomes & Asked) == Wanted;
    }
}
