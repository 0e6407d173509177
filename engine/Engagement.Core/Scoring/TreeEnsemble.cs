using System.Runtime.InteropServices;

namespace Engagement.Core.Scoring;

/// <summary>
/// A trained tree ensemble, evaluated without allocation and without data-dependent branches. Immutable and thread-safe.
/// <para>How a row is scored: (1) the row is laid out as <see cref="RowSlots"/>, so that missing values need no question of their own. (2) Eight trees are
/// walked side by side: as <see cref="BlockTrees"/> or <see cref="PerfectTrees"/> where the trees are shallow enough, else as <see cref="LinkedTrees"/>;
/// which one is chosen when the model is built. (3) Leaf values are added in tree order in 32-bit floats, as XGBoost does: all forms give the same bits.</para>
/// </summary>
public sealed class TreeEnsemble : IPropensityModel
{
    private readonly TreeEnsembleArrays _arrays;
    private readonly int _features;
    private readonly PerfectTrees? _perfect;
    private readonly BlockTrees? _blocks;
    private readonly LinkedTrees? _linked;
    private readonly Lazy<TreeAttribution> _attribution;

    /// <summary>Throws <see cref="ArgumentException"/> when the arrays are not valid: files go through <see cref="TreeEnsembleReader"/>, which tells why.</summary>
    public TreeEnsemble(string version, TreeEnsembleArrays arrays, ModelManifest? manifest = null)
        : this(version, arrays, manifest, linked: false)
    {
    }

    private TreeEnsemble(string version, TreeEnsembleArrays arrays, ModelManifest? manifest, bool linked)
    {
        if (arrays.Validate() is { Error: not TreeEnsembleError.None } fault) throw new ArgumentException($"{fault.Error}: {fault.Detail}", nameof(arrays));
        Version = version;
        Manifest = manifest;
        _arrays = arrays;
        _features = arrays.FeatureCount;
        if (linked) _linked = new LinkedTrees(arrays);
        else if (BlockTrees.TryBuild(arrays) is { } blocks) _blocks = blocks;
        else if (PerfectTrees.TryBuild(arrays) is { } perfect) _perfect = perfect;
        else _linked = new LinkedTrees(arrays);
        _attribution = new(() => new TreeAttribution(arrays));
    }

    public string Version { get; }

    /// <summary>Where the model comes from; null when built in memory.</summary>
    public ModelManifest? Manifest { get; }

    public ModelReference? Reference { get; init; }

    /// <summary>The arrays it was built from, for writing.</summary>
    public TreeEnsembleArrays Arrays => _arrays;

    /// <summary>Whether its trees are shallow enough for the faster form.</summary>
    internal bool IsPerfect => _linked is null;

    /// <summary>The same model in the form for trees of any shape, to be compared.</summary>
    internal static TreeEnsemble Linked(string version, TreeEnsembleArrays arrays) => new(version, arrays, null, linked: true);

    public float Score(ReadOnlySpan<float> features) => Probability(Margin(features));

    /// <summary>Calibrated probability of a margin.</summary>
    public float Probability(float margin) => _arrays.Link is { } link ? link.Probability(margin) : 1f / (1f + MathF.Exp(-(_arrays.CalibrationA * margin + _arrays.CalibrationB)));

    /// <summary>Uncalibrated log-odds. Throws <see cref="ArgumentException"/> when the row has another length than the model. Hot.</summary>
    public float Margin(ReadOnlySpan<float> features)
    {
        if (features.Length != _features) throw new ArgumentException("The row's length is not the model's.", nameof(features));
        Span<int> slots = stackalloc int[RowSlots.LengthOf(_features)];
        RowSlots.Fill(features, slots);
        ref var slot = ref MemoryMarshal.GetReference(slots);
        return _blocks is not null ? _blocks.Sum(ref slot, _arrays.Base)
            : _perfect is not null ? _perfect.Sum(ref slot, _arrays.Base)
            : _linked!.Sum(ref slot, _arrays.Base);
    }

    public float Explain(ReadOnlySpan<float> features, Span<float> contributions)
    {
        if (features.Length != _features || contributions.Length != _features) throw new ArgumentException("The row's length is not the model's.", nameof(features));
        return _attribution.Value.Explain(features, contributions);
    }
}
