using Engagement.Core.Needs;
using Engagement.Core.Scoring;

namespace Engagement.Training.Needs;

/// <summary>Makes a need model's file: manifest, version, and parity texts that the trainer's own code reads in double precision.</summary>
public static class NeedRelease
{
    private const int ParityTexts = 16;

    // What a page may be sent; of these the engine must say what the trainer says, too.
    private static readonly string[] Hostile = ["", "   ", "<script>alert(1)</script>", "\u202Egpj.exe", "👩‍👩‍👧 🧵", new('x', 10_000), "ÀÉÎÖÜ straße 12345"];

    public static byte[] Write(NeedModelArrays arrays, NeedData data, NeedSettings settings, string trainedAt)
    {
        var examples = data.Examples;
        string[] texts =
        [
            .. Enumerable.Range(0, Math.Min(ParityTexts, examples.Count)).Select(i => examples[(int)((long)i * examples.Count / Math.Min(ParityTexts, examples.Count))].Text),
            .. Hostile,
        ];
        var manifest = new ModelManifest
        {
            Trainer = "linear-svm",
            TrainerVersion = "1",
            Seed = settings.Seed,
            TrainedAt = trainedAt,
            Predicts = "what a search asks for, of the topics listed, or that it is not clear",
            Data = data.Description,
            DataSha256 = data.Sha256,
            Credit = data.Credit,
            Rows = examples.Count,
            PositiveRows = examples.Count(e => e.Topic is not null),
            Settings = settings.Describe(),
        };
        var vocabulary = NgramVocabulary.Of(arrays);
        var scored = texts.Select(text => Score(arrays, vocabulary, text)).ToArray();
        return NeedModelWriter.Write(
            "need", trainedAt, arrays, manifest, texts, [.. scored.Select(s => s.Margins)], [.. scored.Select(s => s.Probability)]);
    }

    /// <summary>What the model's file would have, without its parity texts: Base64 takes four bytes for three.</summary>
    public static int BytesOf(NeedModel model) => (12 * model.Arrays.Hashes.Length + model.Arrays.Steps.Length) * 4 / 3;

    /// <summary>Margins and probability as the trainer computes them: by dictionary, in double precision, sharing only the n-grams with the engine.</summary>
    private static (float[] Margins, float Probability) Score(NeedModelArrays arrays, NgramVocabulary vocabulary, string text)
    {
        var margins = arrays.Biases.Select(b => (double)b).ToArray();
        var row = vocabulary.RowOf(text, out var known);
        foreach (var (column, value) in row)
            for (var k = 0; k < margins.Length; k++) margins[k] += value * arrays.Scales[column] * arrays.Steps[column * margins.Length + k];
        var ordered = margins.OrderDescending().ToArray();
        var rule = arrays.Clarity;
        var logit = rule.Margin * ordered[0] + rule.Lead * (ordered[0] - ordered[1]) + rule.Known * known + rule.Bias;
        return ([.. margins.Select(m => (float)m)], (float)(1 / (1 + Math.Exp(-logit))));
    }
}
