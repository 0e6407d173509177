using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engagement.Core.Scoring;

/// <summary>
/// A trained tree ensemble, evaluated without allocation and without data-dependent branches. Immutable and thread-safe.
/// <para>How a row is scored: (1) the row, its negation and a zero are laid side by side as slots. A node whose missing values go right asks
/// <c>x &lt; t</c>; one whose missing values go left asks the mirrored <c>−x &lt; t′</c> with its children swapped, so that NaN, which fails every comparison,
/// goes the right way in both. (2) Siblings are neighbours, so a step is one comparison and one subtraction; a leaf asks <c>0 &lt; ∞</c> and steps to itself.
/// (3) Eight trees are walked side by side for as many steps as the deepest of them has, which hides the latency of dependent loads. (4) Leaf values
/// are added in tree order in 32-bit floats, as XGBoost does.</para>
/// </summary>
public sealed class TreeEnsemble : IPropensityModel
{
    private const int Side = 8;

    private readonly TreeEnsembleArrays _arrays;
    private readonly int _features;
    private readonly Node[] _nodes;
    private readonly float[] _values;
    private readonly int[] _roots;
    private readonly int[] _steps;
    private readonly Lazy<TreeAttribution> _attribution;

    /// <summary>Throws <see cref="ArgumentException"/> when the arrays are not valid: files go through <see cref="TreeEnsembleReader"/>, which tells why.</summary>
    public TreeEnsemble(string version, TreeEnsembleArrays arrays, ModelManifest? manifest = null)
    {
        if (arrays.Validate() is { Error: not TreeEnsembleError.None } fault) throw new ArgumentException($"{fault.Error}: {fault.Detail}", nameof(arrays));
        Version = version;
        Manifest = manifest;
        _arrays = arrays;
        _features = arrays.FeatureCount;
        (_nodes, _values, _roots, _steps) = Layout(arrays);
        _attribution = new(() => new TreeAttribution(arrays));
    }

    public string Version { get; }

    /// <summary>Where the model comes from; null when built in memory.</summary>
    public ModelManifest? Manifest { get; }

    public ModelReference? Reference { get; init; }

    /// <summary>The arrays it was built from, for writing.</summary>
    public TreeEnsembleArrays Arrays => _arrays;

    public float Score(ReadOnlySpan<float> features) => Probability(Margin(features));

    /// <summary>Calibrated probability of a margin.</summary>
    public float Probability(float margin) => _arrays.Link is { } link ? link.Probability(margin) : 1f / (1f + MathF.Exp(-(_arrays.CalibrationA * margin + _arrays.CalibrationB)));

    /// <summary>Uncalibrated log-odds. Throws <see cref="ArgumentException"/> when the row has another length than the model. Hot.</summary>
    public float Margin(ReadOnlySpan<float> features)
    {
        if (features.Length != _features) throw new ArgumentException("The row's length is not the model's.", nameof(features));
        Span<float> slots = stackalloc float[2 * _features + 1];
        features.CopyTo(slots);
        Negate(features, slots[_features..]);

        // Unchecked reads below: every index was validated when the model was built.
        ref var node = ref MemoryMarshal.GetArrayDataReference(_nodes);
        ref var slot = ref MemoryMarshal.GetReference(slots);
        ref var value = ref MemoryMarshal.GetArrayDataReference(_values);
        var margin = _arrays.Base;
        for (var group = 0; group < _steps.Length; group++)
        {
            ref var root = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_roots), group * Side);
            int a = root, b = Unsafe.Add(ref root, 1), c = Unsafe.Add(ref root, 2), d = Unsafe.Add(ref root, 3);
            int e = Unsafe.Add(ref root, 4), f = Unsafe.Add(ref root, 5), g = Unsafe.Add(ref root, 6), h = Unsafe.Add(ref root, 7);
            for (var step = _steps[group]; step > 0; step--)
            {
                a = Next(ref node, ref slot, a);
                b = Next(ref node, ref slot, b);
                c = Next(ref node, ref slot, c);
                d = Next(ref node, ref slot, d);
                e = Next(ref node, ref slot, e);
                f = Next(ref node, ref slot, f);
                g = Next(ref node, ref slot, g);
                h = Next(ref node, ref slot, h);
            }
            margin += Unsafe.Add(ref value, a);
            margin += Unsafe.Add(ref value, b);
            margin += Unsafe.Add(ref value, c);
            margin += Unsafe.Add(ref value, d);
            margin += Unsafe.Add(ref value, e);
            margin += Unsafe.Add(ref value, f);
            margin += Unsafe.Add(ref value, g);
            margin += Unsafe.Add(ref value, h);
        }
        return margin;
    }

    public float Explain(ReadOnlySpan<float> features, Span<float> contributions)
    {
        if (features.Length != _features || contributions.Length != _features) throw new ArgumentException("The row's length is not the model's.", nameof(features));
        return _attribution.Value.Explain(features, contributions);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Next(ref Node nodes, ref float slots, int at)
    {
        ref var node = ref Unsafe.Add(ref nodes, at);
        return node.Second - (Unsafe.Add(ref slots, node.Slot) < node.Threshold ? 1 : 0);
    }

    private static void Negate(ReadOnlySpan<float> from, Span<float> to)
    {
        var i = 0;
        for (; i <= from.Length - Vector<float>.Count; i += Vector<float>.Count) (-new Vector<float>(from[i..])).CopyTo(to[i..]);
        for (; i < from.Length; i++) to[i] = -from[i];
    }

    private static (Node[] Nodes, float[] Values, int[] Roots, int[] Steps) Layout(TreeEnsembleArrays arrays)
    {
        var groups = (arrays.Roots.Length + Side - 1) / Side;
        var nodes = new List<Node>(arrays.Left.Length + Side);
        var values = new List<float>(nodes.Capacity);
        var roots = new int[groups * Side];
        var steps = new int[groups];
        for (var tree = 0; tree < roots.Length; tree++)
        {
            roots[tree] = nodes.Count;
            if (tree < arrays.Roots.Length)
            {
                LayOutTree(arrays, arrays.Roots[tree], nodes, values);
                steps[tree / Side] = Math.Max(steps[tree / Side], arrays.DepthFrom(arrays.Roots[tree]));
            }
            else
            {
                // The last group is filled up with trees of one leaf that add nothing.
                nodes[Add(nodes, values)] = Leaf(arrays, nodes.Count - 1);
            }
        }
        // What the unchecked reads rest on; a fault here is ours, never the file's.
        for (var i = 0; i < nodes.Count; i++)
        {
            var (_, slot, second) = nodes[i];
            var isLeaf = slot == 2 * arrays.FeatureCount && second == i + 1;
            if (!isLeaf && (slot >= 2 * arrays.FeatureCount || second <= i + 1 || second >= nodes.Count))
                throw new InvalidOperationException($"Node {i} of {nodes.Count} is laid out wrongly.");
        }
        return ([.. nodes], [.. values], roots, steps);
    }

    private static void LayOutTree(TreeEnsembleArrays arrays, int root, List<Node> nodes, List<float> values)
    {
        var queue = new Queue<(int Source, int Target)>();
        queue.Enqueue((root, Add(nodes, values)));
        while (queue.TryDequeue(out var next))
        {
            var (source, target) = next;
            values[target] = arrays.Value[source];
            if (arrays.Left[source] < 0)
            {
                nodes[target] = Leaf(arrays, target);
                continue;
            }
            var first = Add(nodes, values);
            var second = Add(nodes, values);
            var mirrored = arrays.DefaultLeft[source] == 1;
            var threshold = arrays.Threshold[source];
            nodes[target] = mirrored
                ? new Node(MathF.BitIncrement(-threshold), arrays.FeatureCount + arrays.Feature[source], second)
                : new Node(threshold, arrays.Feature[source], second);
            queue.Enqueue((mirrored ? arrays.Right[source] : arrays.Left[source], first));
            queue.Enqueue((mirrored ? arrays.Left[source] : arrays.Right[source], second));
        }
    }

    private static int Add(List<Node> nodes, List<float> values)
    {
        nodes.Add(default);
        values.Add(0);
        return nodes.Count - 1;
    }

    private static Node Leaf(TreeEnsembleArrays arrays, int at) => new(float.PositiveInfinity, 2 * arrays.FeatureCount, at + 1);

    /// <summary>12 bytes: is the slot below the threshold, go to the node before <paramref name="Second"/>, else to it.</summary>
    private readonly record struct Node(float Threshold, int Slot, int Second);
}
