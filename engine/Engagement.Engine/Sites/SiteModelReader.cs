using System.Collections.Concurrent;
using Engagement.Core;
using Engagement.Core.Needs;
using Engagement.Core.Scoring;

namespace Engagement.Engine.Sites;

/// <summary>Loads the models that site files name, each file once for each of its versions. Thread-safe.</summary>
/// <param name="modelDirectory">Where the released models lie, one folder for each.</param>
public sealed class SiteModelReader(string modelDirectory)
{
    /// <summary>The word for the model that came with this program.</summary>
    public const string Released = "released";

    /// <summary>The word for the two published rules of struggling search.</summary>
    public const string PublishedRules = "published-rules";

    /// <summary>The word for no need model: the words of searches stand for the need.</summary>
    public const string None = "none";

    private readonly ConcurrentDictionary<(string Path, DateTime Written), TreeEnsembleReadResult> _read = new();
    private readonly ConcurrentDictionary<(string Path, DateTime Written), NeedModelReadResult> _needs = new();

    /// <summary>The model of P(purposeful); null with the cause when it cannot be loaded.</summary>
    public IPropensityModel? ReadPurposeful(string? name, string root, out string? cause) =>
        ReadFile(name is null or Released ? ReleasedFile("purposeful") : Path.Combine(root, name), out cause);

    /// <summary>The model of P(floundering); null with the cause when it cannot be loaded. Default: the published rules.</summary>
    public IPropensityModel? ReadFloundering(string? name, string root, out string? cause)
    {
        cause = null;
        return name is null or PublishedRules
            ? PublishedStruggleRules.Instance
            : ReadFile(name == Released ? ReleasedFile("floundering") : Path.Combine(root, name), out cause);
    }

    /// <summary>The model of what a search asks for; null by default, and with the cause when it cannot be loaded. The released one is for a shop, in English.</summary>
    public NeedModel? ReadNeed(string? name, string root, out string? cause)
    {
        cause = null;
        if (name is null or None) return null;
        if (FileOf(name == Released ? Path.Combine(modelDirectory, "need", "need.json") : Path.Combine(root, name), out cause) is not { } file) return null;
        var result = _needs.GetOrAdd((file.FullName, file.LastWriteTimeUtc), key => NeedModelReader.Read(File.ReadAllBytes(key.Path)));
        if (!result.IsOk) cause = $"the model {file.FullName} cannot be used: {result}";
        return result.Model;
    }

    private string ReleasedFile(string folder) => Path.Combine(modelDirectory, folder, "model.json");

    private TreeEnsemble? ReadFile(string path, out string? cause)
    {
        if (FileOf(path, out cause) is not { } file) return null;
        var result = _read.GetOrAdd((file.FullName, file.LastWriteTimeUtc), key => TreeEnsembleReader.Read(File.ReadAllBytes(key.Path)));
        if (!result.IsOk) cause = $"the model {path} cannot be used: {result}";
        return result.Model;
    }

    private static FileInfo? FileOf(string path, out string? cause)
    {
        var file = new FileInfo(path);
        cause = !file.Exists ? $"the model {path} is not there"
            : file.Length > Limits.ModelBytesMax ? $"the model {path} has {file.Length} bytes; allowed: {Limits.ModelBytesMax}" : null;
        return cause is null ? file : null;
    }
}
