using System.Text;

namespace Engagement.Training.Studies;

/// <summary>How a file that was written compares with what stood there.</summary>
public enum FileChange
{
    New,
    Same,
    Changed,
}

/// <summary>What a study is given: where data and models are, seed and date, and the way to write. Not thread-safe.</summary>
/// <param name="data">Folder of the data sets; read only.</param>
/// <param name="models">Folder of the models, one folder each.</param>
/// <param name="seed">Of folds, trainers and bootstraps.</param>
/// <param name="trainedAt">Date for manifests and versions, as RFC 3339.</param>
public sealed class StudyContext(string data, string models, long seed, string trainedAt)
{
    private readonly List<(string File, FileChange Change)> _written = [];

    public string Models => models;
    public long Seed => seed;
    public string TrainedAt => trainedAt;

    /// <summary>Told how far the running study is, 0 to 1. Default: nobody listens.</summary>
    public Action<double> Progress { get; init; } = _ => { };

    /// <summary>Files written so far, relative to <see cref="Models"/>, in order.</summary>
    public IReadOnlyList<(string File, FileChange Change)> Written => _written;

    /// <summary>Path of a file or folder of the data. Throws <see cref="TrainingException"/> when it is not there.</summary>
    public string Data(params string[] parts)
    {
        var path = Path.Combine([data, .. parts]);
        return Path.Exists(path) ? path : throw new TrainingException($"There is no {path}. Say where the data is: --data FOLDER.");
    }

    /// <summary>Bytes of a file below <see cref="Models"/>; null when it is not there.</summary>
    public byte[]? TryRead(string file)
    {
        var path = Path.Combine(models, file);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    /// <summary>Writes a file below <see cref="Models"/>, such as <c>purposeful/model.json</c>, and notes whether it differs from what stood there.</summary>
    public void Write(string file, byte[] bytes)
    {
        var before = TryRead(file);
        var change = before is null ? FileChange.New : before.AsSpan().SequenceEqual(bytes) ? FileChange.Same : FileChange.Changed;
        if (change != FileChange.Same)
        {
            var path = Path.Combine(models, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }
        _written.Add((file, change));
    }

    /// <summary>The same for text, as UTF-8 without a mark and with the line ends it has.</summary>
    public void Write(string file, string text) => Write(file, Encoding.UTF8.GetBytes(text));
}
