using System.Collections.Concurrent;
using System.Reflection;
using Engagement.Core.Scoring;

namespace Engagement.Engine.Sites;

/// <summary>
/// Loads a <c>model.zip</c> through the one plug-in there is: ML.NET's own scorer, <c>Engagement.Scoring.MLNet.dll</c>, where it and its packages lie beside the
/// program. The engine does not refer to it, so that it builds and runs where ML.NET does not restore. Each file once for each of its versions. Thread-safe.
/// </summary>
internal sealed class PluginModelReader
{
    /// <summary>How a file's name ends that is not the portable form.</summary>
    public const string Extension = ".zip";

    private const string AssemblyFile = "Engagement.Scoring.MLNet.dll";
    private const string ModelType = "Engagement.Scoring.MLNet.MlNetPropensityModel";
    private const string LoadMethod = "LoadBeside";

    private readonly ConcurrentDictionary<(string Path, DateTime Written), (IPropensityModel? Model, string? Cause)> _read = new();

    /// <summary>Null with the cause when the file cannot be loaded, or the plug-in is not there.</summary>
    public IPropensityModel? Read(FileInfo file, out string? cause)
    {
        (var model, cause) = _read.GetOrAdd((file.FullName, file.LastWriteTimeUtc), key => Load(key.Path));
        return model;
    }

    private static (IPropensityModel? Model, string? Cause) Load(string path)
    {
        var plugin = Path.Combine(AppContext.BaseDirectory, AssemblyFile);
        if (!File.Exists(plugin)) return (null, $"the model {path} needs {AssemblyFile} beside the program; the portable model.json needs nothing");
        var method = Assembly.LoadFrom(plugin).GetType(ModelType)?.GetMethod(LoadMethod, [typeof(string)]);
        if (method is null) return (null, $"{plugin} is of another version: it has no {ModelType}.{LoadMethod}");
        try
        {
            return (method.CreateDelegate<Func<string, IPropensityModel>>()(path), null);
        }
        catch (InvalidDataException e)
        {
            return (null, $"the model {path} cannot be used: {e.Message}");
        }
    }
}
