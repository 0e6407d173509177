using System.Collections.Concurrent;
using Engagement.Core;
using Engagement.Core.Scoring;

namespace Engagement.Engine.Sites;

/// <summary>
/// Loads the models that site files name, each file once for each of its versions, told apart by time and length. A site that keeps its model keeps the
/// very instance. Thread-safe.
/// </summary>
/// <param name="modelDirectory">Where the released models lie, one folder for each.</param>
public sealed class SiteModelReader(string modelDirectory)
{
    /// <summary>The word for the model that came with this program.</summary>
    public const string Released = "released";

    /// <summary>The word for the two published rules of struggling search.</summary>
    public const string PublishedRules = "published-rules";

    private readonly ConcurrentDictionary<string, (DateTime Written, long Bytes, TreeEnsembleReadResult Result)> _read = new(StringComparer.Ordinal);
    private readonly PluginModelReader _plugin = new();

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

    private string ReleasedFile(string folder) => Path.Combine(modelDirectory, folder, "model.json");

    private IPropensityModel? ReadFile(string path, out string? cause)
    {
        cause = null;
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > Limits.ModelBytesMax)
        {
            cause = file.Exists ? $"the model {path} has {file.Length} bytes; allowed: {Limits.ModelBytesMax}" : $"the model {path} is not there";
            return null;
        }
        if (file.Extension == PluginModelReader.Extension) return _plugin.Read(file, out cause);
        if (!_read.TryGetValue(file.FullName, out var known) || (known.Written, known.Bytes) != (file.LastWriteTimeUtc, file.Length))
            _read[file.FullName] = known = (file.LastWriteTimeUtc, file.Length, TreeEnsembleReader.Read(File.ReadAllBytes(file.FullName)));
        var result = known.Result;
        if (!result.IsOk) cause = $"the model {path} cannot be used: {result}";
        return result.Model;
    }
}
