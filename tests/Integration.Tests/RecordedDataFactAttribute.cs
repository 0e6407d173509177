namespace Integration.Tests;

/// <summary>A test on the recorded events of the real shop, which are not part of this project: skipped, and said so, where they are not beside it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RecordedDataFactAttribute : FactAttribute
{
    public RecordedDataFactAttribute()
    {
        if (RecordedData.Rees46 is null) Skip = "../shared/data/rees46_oct2019/events.csv.gz is not here";
    }
}

/// <summary>Where recorded data lie, looked for above the tests.</summary>
internal static class RecordedData
{
    /// <summary>Events of the real shop; null where they are not.</summary>
    public static string? Rees46 { get; } = Find(Path.Combine("rees46_oct2019", "events.csv.gz"));

    private static string? Find(string file)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var candidate = Path.Combine(directory.FullName, "shared", "data", file);
            if (File.Exists(candidate)) return candidate;
        }
        return null;
    }
}
