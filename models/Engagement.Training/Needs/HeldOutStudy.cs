using Engagement.Core.Cards;
using Engagement.Core.Needs;

namespace Engagement.Training.Needs;

/// <summary>
/// Reads every text by a model that has seen neither it nor, in turn, some of the topics: folds hold out texts, and with each fold a fifth of the
/// topics, whose texts then are questions that no topic answers. So a site without out-of-scope examples calibrates too. Deterministic.
/// </summary>
public static class HeldOutStudy
{
    public const int Folds = 5;

    /// <summary>Readings of each fold's texts, and of the texts of the topics it held out; <paramref name="progress"/> gets the share done.</summary>
    public static List<HeldOutReading> Read(IReadOnlyList<NeedExample> examples, NeedSettings settings, Action<double>? progress = null)
    {
        var order = Enumerable.Range(0, examples.Count).ToArray();
        new Random(settings.Seed).Shuffle(order);
        var numbers = examples.Select(e => e.Topic).OfType<string>().Distinct().Order(StringComparer.Ordinal)
            .Select((id, i) => (id, i)).ToDictionary(p => p.id, p => p.i, StringComparer.Ordinal);
        // Texts of a topic are dealt one to each fold in turn, so that each fold has some of every topic; what stands there twice goes to one fold, or its
        // copy would have taught the model what it is to be asked.
        var dealt = new Dictionary<string, int>(StringComparer.Ordinal);
        var foldOfText = new Dictionary<string, int>(StringComparer.Ordinal);
        var foldOf = new int[examples.Count];
        foreach (var i in order)
        {
            var (topic, text) = (examples[i].Topic ?? "", Words.Normalise(examples[i].Text));
            if (foldOfText.TryGetValue(text, out foldOf[i])) continue;
            foldOfText[text] = foldOf[i] = dealt.GetValueOrDefault(topic) % Folds;
            dealt[topic] = dealt.GetValueOrDefault(topic) + 1;
        }
        var readings = new List<HeldOutReading>();
        for (var fold = 0; fold < Folds; fold++)
        {
            bool IsHeldOut(string? topic) => topic is not null && numbers.Count >= 2 * Folds && numbers[topic] % Folds == fold;
            var model = new NeedModel("held-out", NeedTrainer.Train([.. examples.Where((e, i) => foldOf[i] != fold && !IsHeldOut(e.Topic))], settings));
            // Of the topics held out the fold's own texts suffice: every text is read once.
            readings.AddRange(Readings(model, [.. examples.Where((_, i) => foldOf[i] == fold)]));
            progress?.Invoke((fold + 1.0) / Folds);
        }
        return readings;
    }

    /// <summary>As this model reads them; a topic that it does not know is out of scope.</summary>
    public static List<HeldOutReading> Readings(NeedModel model, IReadOnlyList<NeedExample> examples)
    {
        var known = model.Topics.Select((t, i) => (t.Id, i)).ToDictionary(p => p.Id, p => p.i, StringComparer.Ordinal);
        var margins = new float[model.Topics.Length];
        var readings = new List<HeldOutReading>(examples.Count);
        foreach (var example in examples)
        {
            var share = model.Score(example.Text, margins);
            var best = model.ReadingOf(margins, share).Topic;
            var lead = margins[best] - margins.Where((_, k) => k != best).Max();
            var inScope = example.Topic is { } id && known.TryGetValue(id, out _);
            readings.Add(new HeldOutReading(margins[best], lead, share, inScope && known[example.Topic!] == best, inScope));
        }
        return readings;
    }
}
