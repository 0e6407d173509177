using Engagement.Core.Decisions;

namespace Engagement.Engine.Sites;

/// <summary>A table's file that cannot be used.</summary>
/// <param name="File">Folder and name below the models' directory.</param>
public sealed record OperatingTableFault(string File, string Cause);

/// <summary>Reads the tables beside the released models: <c>{model}/operating.json</c>. Thread-safe; nothing is kept.</summary>
/// <param name="modelDirectory">Where the released models lie, one folder for each. An absent one counts as empty.</param>
public sealed class OperatingTableReader(string modelDirectory)
{
    private const string FileName = "operating.json";
    private const long BytesMax = 1 << 20;

    /// <summary>Tables by folder in order of its name, and what could not be read.</summary>
    public (List<OperatingTable> Tables, List<OperatingTableFault> Faults) Read()
    {
        var (tables, faults) = (new List<OperatingTable>(), new List<OperatingTableFault>());
        if (!Directory.Exists(modelDirectory)) return (tables, faults);
        foreach (var folder in Directory.EnumerateDirectories(modelDirectory).Order(StringComparer.Ordinal))
        {
            var file = new FileInfo(Path.Combine(folder, FileName));
            if (!file.Exists) continue;
            if (ReadFile(file, out var cause) is { } table) tables.Add(table);
            else faults.Add(new OperatingTableFault($"{Path.GetFileName(folder)}/{FileName}", cause ?? ""));
        }
        return (tables, faults);
    }

    private static OperatingTable? ReadFile(FileInfo file, out string? cause)
    {
        if (file.Length > BytesMax)
        {
            cause = $"has {file.Length} bytes; allowed: {BytesMax}";
            return null;
        }
        try
        {
            return OperatingTable.TryRead(File.ReadAllBytes(file.FullName), out cause);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            cause = e.Message;
            return null;
        }
    }
}
