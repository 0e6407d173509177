using Benchmarks.Storage;

// One verb, one measurement; the README says what each figure means.
return args switch
{
    ["storage"] => await StorageBenchmark.RunAsync(),
    ["storage-torture", var path] => await StorageTorture.RunAsync(path),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Benchmarks: storage");
    return 2;
}
