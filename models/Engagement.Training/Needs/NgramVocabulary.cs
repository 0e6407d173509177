using System.Runtime.InteropServices;
using Engagement.Core.Needs;

namespace Engagement.Training.Needs;

/// <summary>The n-grams that a model knows and how rare each is; turns texts into rows. Immutable, thread-safe.</summary>
public sealed class NgramVocabulary
{
    private readonly NgramShape _shape;
    private readonly float _wordShare;
    private readonly Dictionary<uint, int> _columns;

    private NgramVocabulary(NgramShape shape, float wordShare, uint[] hashes, float[] rarities, float rarityUnknown)
    {
        (_shape, _wordShare, Hashes, Rarities, RarityUnknown) = (shape, wordShare, hashes, rarities, rarityUnknown);
        _columns = hashes.Select((hash, column) => (hash, column)).ToDictionary(p => p.hash, p => p.column);
    }

    /// <summary>Ascending; a column's number is its place.</summary>
    public uint[] Hashes { get; }

    /// <summary>1 + ln((1 + texts) / (1 + texts with it)).</summary>
    public float[] Rarities { get; }
    public float RarityUnknown { get; }

    public static NgramVocabulary Of(IReadOnlyList<NeedExample> examples, NeedSettings settings)
    {
        var texts = new Dictionary<uint, int>();
        var hashes = new uint[NgramExtractor.NgramsMax];
        var once = new HashSet<uint>();
        foreach (var example in examples)
        {
            once.Clear();
            var (_, all) = NgramExtractor.Extract(example.Text, settings.Shape, hashes);
            foreach (var hash in hashes.AsSpan(0, all))
                if (once.Add(hash)) CollectionsMarshal.GetValueRefOrAddDefault(texts, hash, out _)++;
        }
        uint[] known = [.. texts.Where(t => t.Value >= settings.TextsMin).Select(t => t.Key).Order()];
        return new NgramVocabulary(settings.Shape, settings.WordShare, known, [.. known.Select(hash => RarityOf(texts[hash]))], RarityOf(0));

        float RarityOf(int count) => 1 + MathF.Log((1f + examples.Count) / (1 + count));
    }

    /// <summary>As a finished model has it.</summary>
    public static NgramVocabulary Of(NeedModelArrays model) => new(model.Shape, model.WordShare, model.Hashes, model.Rarities, model.RarityUnknown);

    /// <summary>The same with these columns only.</summary>
    public NgramVocabulary Keep(IEnumerable<int> columns)
    {
        int[] kept = [.. columns.Order()];
        return new NgramVocabulary(_shape, _wordShare, [.. kept.Select(c => Hashes[c])], [.. kept.Select(c => Rarities[c])], RarityUnknown);
    }

    public SparseRows RowsOf(IReadOnlyList<NeedExample> examples)
    {
        var (starts, columns, values) = (new List<int> { 0 }, new List<int>(), new List<float>());
        foreach (var example in examples)
        {
            foreach (var (column, value) in RowOf(example.Text, out _).OrderBy(v => v.Column))
            {
                columns.Add(column);
                values.Add((float)value);
            }
            starts.Add(columns.Count);
        }
        return new SparseRows([.. starts], [.. columns], [.. values], Hashes.Length);
    }

    /// <summary>One text's values in double precision, and the share of its n-grams that are known.</summary>
    public List<(int Column, double Value)> RowOf(string text, out double known)
    {
        var hashes = new uint[NgramExtractor.NgramsMax];
        var (words, all) = NgramExtractor.Extract(text, _shape, hashes);
        var row = new List<(int Column, double Value)>();
        var knownCount = Weigh(hashes.AsSpan(0, words), _wordShare, row) + Weigh(hashes.AsSpan(words, all - words), 1, row);
        known = all == 0 ? 0 : (double)knownCount / all;
        return row;
    }

    private int Weigh(ReadOnlySpan<uint> hashes, double share, List<(int Column, double Value)> row)
    {
        var counts = new Dictionary<int, int>();
        var known = 0;
        foreach (var hash in hashes)
        {
            if (!_columns.TryGetValue(hash, out var column)) continue;
            known++;
            CollectionsMarshal.GetValueRefOrAddDefault(counts, column, out _)++;
        }
        var weighed = counts.Select(c => (Column: c.Key, Value: (1 + Math.Log(c.Value)) * Rarities[c.Key])).ToList();
        var square = weighed.Sum(w => w.Value * w.Value) + (hashes.Length - known) * (double)RarityUnknown * RarityUnknown;
        var by = share / Math.Sqrt(square * (1 + (double)_wordShare * _wordShare));
        row.AddRange(weighed.Select(w => (w.Column, w.Value * by)));
        return known;
    }
}
