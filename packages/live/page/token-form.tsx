import { useState } from 'preact/hooks'

/** Asks for the token of the endpoint. */
export function TokenForm({ onToken }: { readonly onToken: (token: string) => void }) {
  const [token, setToken] = useState('')
  return (
    <form
      class="panel token"
      onSubmit={(event) => {
        event.preventDefault()
        if (token !== '') onToken(token)
      }}
    >
      <h2>This endpoint needs a token</h2>
      <p>
        The server printed it when it started, or has it in <code>admin.http_token</code>. It stays
        in this tab. <code>/#token=TOKEN</code> behind the address does the same.
      </p>
      <label>
        Token
        <input
          type="password"
          autocomplete="off"
          value={token}
          onInput={({ currentTarget }) => setToken(currentTarget.value)}
        />
      </label>
      <button type="submit">Show</button>
    </form>
  )
}
