using System.Collections.Immutable;
using Engagement.Core.Needs;

namespace Engagement.Training.Needs;

/// <summary>Trains a need model of examples: vocabulary, weights, 8-bit steps. Deterministic for a seed; one thread.</summary>
public static class NeedTrainer
{
    /// <summary>
    /// A model whose rule of clarity is still open. Examples without topic teach what is none of them. Throws <see cref="TrainingException"/> with fewer than
    /// two topics, and where texts share no n-gram.
    /// </summary>
    public static NeedModelArrays Train(IReadOnlyList<NeedExample> examples, NeedSettings settings, ImmutableArray<NeedTopic>? named = null)
    {
        string[] ids = [.. examples.Select(e => e.Topic).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        if (ids.Length < 2) throw new TrainingException($"There are examples of {ids.Length} topics; a model needs two at least.");
        var numbers = ids.Select((id, i) => (id, i)).ToDictionary(p => p.id, p => p.i, StringComparer.Ordinal);
        int[] topics = [.. examples.Select(e => e.Topic is { } id ? numbers[id] : -1)];

        var vocabulary = NgramVocabulary.Of(examples, settings);
        if (vocabulary.Hashes.Length == 0)
            throw new TrainingException($"No word or part of a word stands in {settings.TextsMin} of the {examples.Count} texts: there is nothing to learn from.");
        var rows = vocabulary.RowsOf(examples);
        var weights = WeightsOf(rows, topics, ids.Length, settings);
        if (settings.ColumnsMax > 0 && vocabulary.Hashes.Length > settings.ColumnsMax)
        {
            vocabulary = vocabulary.Keep(Strongest(rows, weights, settings.ColumnsMax));
            rows = vocabulary.RowsOf(examples);
            weights = WeightsOf(rows, topics, ids.Length, settings);
        }
        var byId = named?.ToDictionary(t => t.Id, StringComparer.Ordinal);
        return ArraysOf(vocabulary, weights, settings, [.. ids.Select(id => byId?.GetValueOrDefault(id) ?? NeedTopics.Named(id))]);
    }

    private static LinearWeights WeightsOf(SparseRows rows, int[] topics, int topicCount, NeedSettings settings)
    {
        var weights = LinearSvmTrainer.Train(rows, topics, topicCount, settings.Cost, settings.Positive, settings.Balance, settings.Epochs, settings.Seed);
        return settings.Logistic == 0 ? weights : weights.Plus(LogisticTrainer.Train(rows, topics, topicCount, settings.Balance, settings.Seed), settings.Logistic);
    }

    /// <summary>Columns that move margins most over all rows: squared weights times squared values.</summary>
    private static IEnumerable<int> Strongest(SparseRows rows, LinearWeights weights, int count)
    {
        var squares = new double[rows.ColumnCount];
        for (var i = 0; i < rows.Columns.Length; i++) squares[rows.Columns[i]] += (double)rows.Values[i] * rows.Values[i];
        for (var column = 0; column < squares.Length; column++)
        {
            var square = 0.0;
            foreach (var weight in weights.Of(column)) square += (double)weight * weight;
            squares[column] *= square;
        }
        return Enumerable.Range(0, squares.Length).OrderByDescending(c => squares[c]).ThenBy(c => c).Take(count);
    }

    private static NeedModelArrays ArraysOf(NgramVocabulary vocabulary, LinearWeights weights, NeedSettings settings, ImmutableArray<NeedTopic> topics)
    {
        var scales = new float[vocabulary.Hashes.Length];
        var steps = new sbyte[scales.Length * topics.Length];
        for (var column = 0; column < scales.Length; column++)
        {
            var of = weights.Of(column);
            var largest = 0f;
            foreach (var weight in of) largest = Math.Max(largest, Math.Abs(weight));
            scales[column] = largest / sbyte.MaxValue;
            for (var k = 0; largest > 0 && k < of.Length; k++) steps[column * topics.Length + k] = (sbyte)MathF.Round(of[k] / scales[column]);
        }
        return new NeedModelArrays
        {
            Languages = [],
            Topics = topics,
            Shape = settings.Shape,
            WordShare = settings.WordShare,
            RarityUnknown = vocabulary.RarityUnknown,
            Hashes = vocabulary.Hashes,
            Rarities = vocabulary.Rarities,
            Scales = scales,
            Steps = steps,
            Biases = [.. weights.Of(vocabulary.Hashes.Length)],
            Clarity = new ClarityRule(1, 0, 0, 0, 0.5f),
        };
    }
}
