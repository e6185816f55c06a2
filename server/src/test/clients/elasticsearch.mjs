// What a user of the official Elasticsearch client does: fill an index, then ask for it back.
// node elasticsearch.mjs URL CLIENT COUNT START_MILLIS prints what came back as one JSON object.

const [url, module, countText, startText] = process.argv.slice(2)
const count = Number(countText)
const start = Number(startText)
const index = 'shop'
const stepMillis = 100

const { Client } = await import(module)
const client = new Client({ node: url, requestTimeout: 60_000, maxRetries: 3 })

const levels = ['error', 'info', 'info', 'warn']
const routes = ['/cart', '/pay', '/search']

async function * documents (to) {
  for (let n = 0; n < to; n++) {
    yield {
      '@timestamp': new Date(start + n * stepMillis).toISOString(),
      message: `item ${n}`,
      level: levels[n % 4],
      route: routes[n % 3],
      n
    }
  }
}

async function create (to) {
  const statuses = new Set()
  const result = await client.helpers.bulk({
    datasource: documents(to),
    onDocument: document => ({ create: { _index: index, _id: String(document.n) } }),
    onDrop: dropped => statuses.add(dropped.status),
    concurrency: 1,
    retries: 5,
    wait: 250,
    refreshOnCompletion: index
  })
  return { ...result, statuses: [...statuses].join() }
}

async function total () {
  return (await client.count({ index })).count
}

async function byQueryString () {
  const found = await client.search({
    index,
    size: 0,
    track_total_hits: true,
    query: { query_string: { query: 'level:error AND route:"/pay"' } }
  })
  return { total: found.hits.total }
}

/** 500 documents from the middle, less those of one route; the newest of them. */
async function byBool () {
  const from = Math.floor(count / 2)
  const found = await client.search({
    index,
    size: 1,
    track_total_hits: true,
    query: {
      bool: {
        filter: [
          { range: { '@timestamp': { gte: new Date(start + from * stepMillis).toISOString() } } },
          { range: { n: { lt: from + 500 } } }
        ],
        must_not: [{ term: { route: '/cart' } }]
      }
    },
    sort: [{ '@timestamp': 'desc' }]
  })
  const newest = found.hits.hits.length > 0 ? found.hits.hits[0]._source.message : ''
  return { total: found.hits.total, newest }
}

async function histogram () {
  const found = await client.search({
    index,
    size: 0,
    aggs: {
      hours: {
        date_histogram: { field: '@timestamp', fixed_interval: '1h' },
        aggs: { routes: { terms: { field: 'route', size: 10 } } }
      }
    }
  })
  return found.aggregations.hours.buckets
}

/** Everything, page by page, each starting behind the last hit of the one before. */
async function pages () {
  const ids = new Set()
  let hits = 0
  let inOrder = true
  let after
  for (;;) {
    const page = await client.search({
      index,
      size: 10_000,
      track_total_hits: false,
      _source: ['n'],
      sort: [{ '@timestamp': 'asc' }],
      ...(after && { search_after: after })
    })
    if (page.hits.hits.length === 0) {
      return { hits, ids: ids.size, inOrder }
    }
    for (const hit of page.hits.hits) {
      inOrder &&= hit._source.n === hits && hit._id === String(hits)
      ids.add(hit._id)
      hits++
    }
    after = page.hits.hits.at(-1).sort
  }
}

/** Everything by a scroll, as the client's helper goes through it. */
async function scrolled () {
  const ids = new Set()
  let hits = 0
  for await (const page of client.helpers.scrollSearch({ index, size: 5_000, sort: ['_doc'] })) {
    for (const hit of page.body.hits.hits) {
      ids.add(hit._id)
      hits++
    }
  }
  return { hits, ids: ids.size }
}

/** Routes with what is in them, then all pairs of level and route, three a page. */
async function aggregated () {
  const found = await client.search({
    index,
    size: 0,
    aggs: {
      routes: {
        terms: { field: 'route', order: { 'n.max': 'desc' } },
        aggs: {
          n: { stats: { field: 'n' } },
          middle: { percentiles: { field: 'n', percents: [50] } },
          levels: { cardinality: { field: 'level' } },
          newest: { top_hits: { size: 1, sort: [{ n: 'desc' }], _source: ['message'] } }
        }
      },
      most: { max_bucket: { buckets_path: 'routes>n.max' } }
    }
  })
  const pairs = {}
  let after
  do {
    const page = await client.search({
      index,
      size: 0,
      aggs: {
        pairs: {
          composite: {
            size: 3,
            sources: [{ level: { terms: { field: 'level' } } }, { route: { terms: { field: 'route' } } }],
            ...(after && { after })
          }
        }
      }
    })
    for (const bucket of page.aggregations.pairs.buckets) {
      pairs[`${bucket.key.level} ${bucket.key.route}`] = bucket.doc_count
    }
    after = page.aggregations.pairs.after_key
  } while (after)
  return { routes: found.aggregations.routes.buckets, most: found.aggregations.most, pairs }
}

const seen = { version: (await client.info()).version.number }
seen.created = await create(count)
seen.count = await total()
seen.repeated = await create(1000)
seen.countAfterRepeat = await total()
seen.document = (await client.get({ index, id: '1' }))._source
seen.queryString = await byQueryString()
seen.bool = await byBool()
seen.histogram = await histogram()
seen.pages = await pages()
seen.scrolled = await scrolled()
seen.aggregated = await aggregated()
await client.close()
console.log(JSON.stringify(seen))
