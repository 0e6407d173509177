using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Engagement.Scoring.MLNet;

/// <summary>
/// A model scored by ML.NET itself: <c>model.zip</c> as the ML.NET trainers write it, beside the <c>model.json</c> of the same training. ML.NET gives the margin;
/// the link, the version and the reasons are the portable model's.
/// <para>For a host that wants ML.NET's own code to answer. The engine refers to none of this: a site whose <c>purposeful</c> model is named <c>….zip</c> is served
/// by this assembly where it lies beside the program, or a host sets <c>SiteModel.Purposeful</c> to an instance of its own. Slower than the portable model,
/// which gives the same score (README, "Models").</para>
/// <para>Thread-safe: ML.NET's scoring rows are not, so each thread that asks gets its own, once. A thread's first <see cref="Score"/> allocates it, some
/// kilobytes; each later one allocates nothing.</para>
/// </summary>
public sealed class MlNetPropensityModel : IPropensityModel, IDisposable
{
    /// <summary>Largest difference in log-odds and in probability that ML.NET may have from the portable model.</summary>
    public const float Tolerance = TreeEnsembleReader.ParityTolerance;

    private const int ProbeRows = 256;

    private readonly TreeEnsemble _portable;
    private readonly MlNetLink _link;
    private readonly ThreadLocal<MlNetScorer> _scorers;

    private MlNetPropensityModel(TreeEnsemble portable, MlNetLink link, Func<MlNetScorer> scorer)
    {
        _portable = portable;
        _link = link;
        _scorers = new ThreadLocal<MlNetScorer>(scorer);
    }

    public string Version => _portable.Version;

    /// <summary>
    /// Loads <c>model.zip</c> and checks it against <paramref name="portable"/> on rows around its thresholds, missing values among them. Throws
    /// <see cref="InvalidDataException"/>, saying what is wrong, for anything but a FastTree or LightGBM model of the schema's features that scores as
    /// the portable model does.
    /// </summary>
    public static MlNetPropensityModel Load(string zip, TreeEnsemble portable)
    {
        var (transformer, schema) = LoadTransformer(zip);
        if (Last(transformer) is not ISingleFeaturePredictionTransformer<object> last || MlNetTreesReader.LinkOf(last.Model) is not { } link)
            throw new InvalidDataException($"{zip} is not a binary FastTree or LightGBM model.");
        var width = schema.GetColumnOrNull(last.FeatureColumnName) is { Type: VectorDataViewType type } && type.ItemType == NumberDataViewType.Single ? type.Size : 0;
        if (width != FeatureSchema.Count) throw new InvalidDataException($"{zip} takes {width} features; the engine has {FeatureSchema.Count}.");
        var model = new MlNetPropensityModel(portable, link, () => new MlNetScorer(transformer, schema, last.FeatureColumnName, width));
        if (model.FirstDifference() is not { } difference) return model;
        model.Dispose();
        throw new InvalidDataException($"{zip} is not the model {portable.Version}: {difference}");
    }

    /// <summary><c>Load</c> with the <c>model.json</c> that lies beside <paramref name="zip"/>; for a host that finds this assembly by name.</summary>
    public static IPropensityModel LoadBeside(string zip)
    {
        var json = Path.ChangeExtension(zip, ".json");
        if (!File.Exists(json)) throw new InvalidDataException($"{zip} needs {json} beside it.");
        var read = TreeEnsembleReader.Read(File.ReadAllBytes(json));
        return read.IsOk ? Load(zip, read.Model) : throw new InvalidDataException($"{json}: {read}");
    }

    public float Score(ReadOnlySpan<float> features) => _portable.Probability(Margin(features));

    /// <summary>Uncalibrated log-odds, by ML.NET. Throws <see cref="ArgumentException"/> when the row has another length than the schema.</summary>
    public float Margin(ReadOnlySpan<float> features)
    {
        if (features.Length != FeatureSchema.Count) throw new ArgumentException("The row's length is not the model's.", nameof(features));
        return _link.LogOdds(_scorers.Value!.Score(features));
    }

    public float Explain(ReadOnlySpan<float> features, Span<float> contributions) => _portable.Explain(features, contributions);

    public void Dispose() => _scorers.Dispose();

    private static (ITransformer Transformer, DataViewSchema Schema) LoadTransformer(string zip)
    {
        try
        {
            var transformer = new MLContext().Model.Load(zip, out var schema);
            return (transformer, schema);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or InvalidDataException or ArgumentException)
        {
            throw new InvalidDataException($"{zip} is not a model that ML.NET reads: {e.Message}", e);
        }
    }

    private static ITransformer Last(ITransformer transformer) => transformer is TransformerChain<ITransformer> chain ? chain.LastTransformer : transformer;

    // Values at, just below and beyond the thresholds, and missing ones: where two models of the same shape differ.
    private string? FirstDifference()
    {
        var arrays = _portable.Arrays;
        var inner = Enumerable.Range(0, arrays.Left.Length).Where(node => arrays.Left[node] >= 0).ToArray();
        var thresholds = inner.ToLookup(node => arrays.Feature[node], node => arrays.Threshold[node]);
        var choices = Enumerable.Range(0, FeatureSchema.Count)
            .Select(feature => (float[])[float.NaN, 0, .. thresholds[feature].SelectMany(t => (float[])[MathF.BitDecrement(t), t, t + 1])]).ToArray();
        var random = new Random(1);
        var row = new float[FeatureSchema.Count];
        for (var probe = 0; probe < ProbeRows; probe++)
        {
            for (var feature = 0; feature < row.Length; feature++) row[feature] = choices[feature][random.Next(choices[feature].Length)];
            float ours = _portable.Margin(row), theirs = Margin(row);
            if (!(MathF.Abs(ours - theirs) <= Tolerance)) return FormattableString.Invariant($"for a test row ML.NET gives log-odds {theirs}, the portable model {ours}.");
        }
        return null;
    }
}
