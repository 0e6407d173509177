using System.Globalization;
using System.Runtime.InteropServices;
using Engagement.Core;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Training.Trainers;

namespace Engagement.Training.Own;

/// <summary>Makes the model file of a site's own model: manifest, version from date and content, parity vectors, and the spread that drift is measured against.</summary>
public static class OwnRelease
{
    private const int ParityVectors = 32;

    /// <summary>Throws <see cref="TrainingException"/> where the figures refuse a release: there is no way around them.</summary>
    public static byte[] Write(OwnModel model, OwnRow[] trainingRows, ITrainer trainer, string trainedAt)
    {
        var figures = model.Figures;
        if (figures.Refused is { } reason) throw new TrainingException($"Not released: {reason}.");
        var vectors = Math.Min(ParityVectors, trainingRows.Length);
        OwnRow[] chosen = [.. Enumerable.Range(0, vectors).Select(i => trainingRows[(int)((long)i * trainingRows.Length / vectors)])];
        var manifest = new ModelManifest
        {
            Trainer = trainer.Name,
            TrainerVersion = trainer.Version,
            Seed = figures.Seed,
            TrainedAt = trainedAt,
            Predicts = OwnOutcome.InWords(figures.State),
            Data = $"outcomes of {figures.Site} from {figures.TrainFrom} to before {figures.TestFrom}; tested on those until {figures.TestTo}",
            DataSha256 = figures.DataSha256,
            Credit = "the site's own visitors, by de-linked rows that their signals allow",
            Rows = figures.TrainRows,
            PositiveRows = figures.TrainPositives,
            Settings = model.Settings.Describe(),
        };
        return TreeEnsembleWriter.Write(
            $"{figures.Site}-{figures.State.ToString().ToLowerInvariant()}", $"{trainedAt}+{ContentHash(model.Arrays)}", model.Arrays, manifest,
            [.. chosen.Select(r => r.Features)], model.Trained.Margins(OwnStudy.Matrix(chosen)),
            ModelReference.Of(model.Arrays, [.. trainingRows.Select(r => r.Features)]));
    }

    private static string ContentHash(TreeEnsembleArrays arrays)
    {
        var hash = Identifiers.Hash64(MemoryMarshal.AsBytes(arrays.Threshold.AsSpan()));
        hash = Identifiers.Hash64(MemoryMarshal.AsBytes(arrays.Value.AsSpan()), hash);
        hash = Identifiers.Hash64(MemoryMarshal.AsBytes(arrays.Feature.AsSpan()), hash);
        return (hash & 0xFFFF).ToString("x4", CultureInfo.InvariantCulture);
    }
}
